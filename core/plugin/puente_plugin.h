/* Copyright 2026 The Puente Authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin contract: the C interface between Puente (the host) and a format plugin. */
#ifndef PUENTE_CORE_PLUGIN_PUENTE_PLUGIN_H_
#define PUENTE_CORE_PLUGIN_PUENTE_PLUGIN_H_

/*
 * A plugin is a shared library that exports one function, `puente_plugin_v1`. The host calls it
 * once after loading and never unloads the library. All else goes through the two tables of
 * function pointers below. Authors of C++ plugins use `core/plugin/sdk/puente_sdk.h`, which hides
 * this header.
 *
 * Rules that hold for every function:
 *  - Every struct begins with `struct_size`, set by whoever allocates it. Nobody reads or writes a
 *    byte past it. Structs grow at the tail only.
 *  - No exception crosses. Failures are a PuenteStatus other than PUENTE_OK; before it returns one,
 * the callee says why with `set_error`.
 *  - Strings are UTF-8, need no terminator, and are borrowed for the call unless said otherwise.
 *  - A reader, writer or splitter is used by one thread at a time. Different ones run concurrently,
 *    also of the same plugin. `identify` is reentrant.
 *  - Plugins open no file and no socket: bytes come from a PuenteSource and go to a PuenteTarget.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this contract; the entry symbol carries the same number. */
#define PUENTE_ABI_VERSION 1

/** Result of a call: 0, PUENTE_END, or a canonical status code (the numbers of google.rpc.Code). */
typedef int32_t PuenteStatus;

enum {
  PUENTE_OK = 0, /**< It is done. */
  /** The call was stopped because `is_cancelled` said so. */
  PUENTE_CANCELLED = 1,
  /** The input is not what the format asks for. */
  PUENTE_INVALID_ARGUMENT = 3,
  /** A limit was exceeded. */
  PUENTE_RESOURCE_EXHAUSTED = 8,
  /** The plugin cannot do this, such as write a format that it only reads. */
  PUENTE_UNIMPLEMENTED = 12,
  /** A fault of the plugin. */
  PUENTE_INTERNAL = 13,
  /** Reading or writing bytes failed. */
  PUENTE_DATA_LOSS = 15,
  /** No more batches or pieces. Not an error. */
  PUENTE_END = -1
};

/** Text or bytes, not terminated. */
typedef struct PuenteString {
  const char* data; /**< May be null when `size` is 0. */
  size_t size;      /**< In bytes. */
} PuenteString;

/** A place in an input. Zero means "not known"; lines and columns count from 1. */
typedef struct PuentePosition {
  uint64_t offset;
  uint64_t line;
  uint64_t column;
  /** Sheet and cell of a workbook or table, or empty. */
  PuenteString sheet;
  PuenteString cell;
} PuentePosition;

/** Kinds of records; the numbers are the field numbers of `puente.v1.Record.content`. */
enum {
  PUENTE_KIND_DATASET_HEADER = 2,
  PUENTE_KIND_ORGANISATION = 3,
  PUENTE_KIND_ACTIVITY = 4,
  PUENTE_KIND_PLAN = 5,
  PUENTE_KIND_PLACE = 6,
  PUENTE_KIND_AGGREGATE = 7,
  PUENTE_KIND_ROW = 8
};

/**
 * How many leaves of a record came from one path of the source and went to one path of the schema.
 * Both are ids given by `intern_path`. The counts of a record, by `field_path`, are those of its
 * canonical leaves (core/base/leaves.h). A `source_path` of 0 says that the reader derived the
 * values: no place of the source has them.
 */
typedef struct PuenteLeaves {
  uint32_t source_path;
  uint32_t field_path;
  uint32_t count;
} PuenteLeaves;

/** One record on its way through the host. */
typedef struct PuenteRecord {
  uint32_t struct_size;
  /** One of PUENTE_KIND_*. */
  uint32_t kind;
  /** The record as a serialized `puente.v1.Record`, or null when `message` is set. */
  const char* data;
  size_t size; /**< Of `data`, in bytes. */
  /**
   * The record as a `puente::v1::Record*`, or null. Only between parts of the same build, see
   * PuenteHost.build_id. The host may set its `identity`.
   */
  void* message;
  /** The record's own identifier, white space at its ends left out; may be empty. */
  PuenteString id;
  /** Where the record begins, and how many bytes it has in the source. */
  PuentePosition origin;
  uint64_t length;
  /** The leaves that were read for this record, each pair of paths once. */
  const PuenteLeaves* leaves;
  size_t leaves_size; /**< How many these are. */
} PuenteRecord;

/**
 * Records with the memory that they live in. A reader hands it over; the host calls `release` once,
 * from any thread, possibly after the reader was closed.
 */
typedef struct PuenteBatch {
  uint32_t struct_size;
  PuenteRecord* records;                      /**< At least one, in order. */
  size_t size;                                /**< How many these are. */
  void (*release)(struct PuenteBatch* batch); /**< Frees the batch and all that it holds. */
  void* owner;                                /**< The plugin's own; the host leaves it alone. */
} PuenteBatch;

/** One option, checked by the host against the manifest, with defaults filled in. Sorted by key. */
typedef struct PuenteOption {
  PuenteString key;   /**< Its name in the manifest. */
  PuenteString value; /**< As text; `true` or `false` for a boolean. */
} PuenteOption;

/** An input. Owned by the host; it lives until the reader or splitter is closed. */
typedef struct PuenteSource {
  uint32_t struct_size;
  void* ctx; /**< What the functions want first. */
  /** Name for messages: a file's name as given, or `-`. */
  PuenteString name;
  /** First bytes of the input, at most 8 KiB. They are not consumed. */
  PuenteString head;
  /** Size in bytes, or UINT64_MAX when not known. */
  uint64_t size;
  /** Reads up to `capacity` bytes on from the last `read`; 0 bytes is the end. */
  PuenteStatus (*read)(void* ctx, char* buffer, size_t capacity, size_t* got);
  /** Reads at an offset, also from several threads; null when the input cannot seek. */
  PuenteStatus (*read_at)(void* ctx, uint64_t offset, char* buffer, size_t capacity, size_t* got);
} PuenteSource;

/** An output. Owned by the host; it lives until the writer is closed. */
typedef struct PuenteTarget {
  uint32_t struct_size;
  void* ctx;         /**< What the function wants first. */
  PuenteString name; /**< Name for messages: a file's name as given, or `-`. */
  /** Writes all of the bytes, or fails. */
  PuenteStatus (*write)(void* ctx, const char* data, size_t size);
} PuenteTarget;

/**
 * A part of an input that can be read alone. A splitter cuts the input into pieces without gaps and
 * overlaps; the records of the pieces, in order, are the records of the input.
 */
typedef struct PuentePiece {
  uint32_t struct_size;
  uint64_t offset;
  uint64_t length;
  /** Line and column of the first byte. */
  uint64_t line;
  uint64_t column;
  /** Number of the piece, from 0, and 1 when it is the last one. */
  uint64_t index;
  uint32_t is_last;
  /** What a reader must know of the rest, as the plugin's own bytes. Lives as long as the splitter.
   */
  PuenteString context;
} PuentePiece;

/** Severity of a finding. */
enum { PUENTE_INFO = 0, PUENTE_WARNING = 1, PUENTE_ERROR = 2, PUENTE_CRITICAL = 3 };

/** A fault or a remarkable fact of the data. Findings do not stop a conversion. */
typedef struct PuenteFinding {
  uint32_t struct_size;
  int32_t severity;
  /** Stable code, such as `IATI-0012`. */
  PuenteString code;
  /** The message in English; it stands alone. */
  PuenteString message;
  /** What to do about it, in English; may be empty. */
  PuenteString hint;
  /** Path in the source, without indices; may be empty. */
  PuenteString path;
  /**
   * The text of the source that the finding is about; may be empty. It may have any bytes, as the
   * source has: the host makes UTF-8 of it.
   */
  PuenteString text;
  /** Identifier of the record; may be empty. */
  PuenteString record_id;
  PuentePosition position; /**< Where it is in the source. */
} PuenteFinding;

/** Why a leaf does not reach the output. */
enum {
  PUENTE_LOSS_UNREPORTED = 0,
  /** The target format has no place for it. */
  PUENTE_LOSS_NO_PLACE = 1,
  PUENTE_LOSS_TRUNCATED = 2,
  /** The code has no equivalent in the target. */
  PUENTE_LOSS_NO_EQUIVALENT = 3,
  PUENTE_LOSS_PRECISION = 4,
  /** It was put together with another value. */
  PUENTE_LOSS_MERGED = 5
};

/** One reading, writing or splitting; given to the plugin, which hands it back with every call. */
typedef struct PuenteRun PuenteRun;

/** What the host offers. Lives for ever. All functions may be called from any thread. */
typedef struct PuenteHost {
  uint32_t struct_size;
  uint32_t abi_version;
  /**
   * Names compiler, library versions, sanitizers and schema. Records may carry `message` only
   * between parts with the same build id; an empty id forbids it.
   */
  PuenteString build_id;
  /** Gives the id of a path; equal paths have equal ids. Never 0. */
  uint32_t (*intern_path)(PuenteString path);
  /** A line for the log; level is one of the severities. */
  void (*log)(PuenteRun* run, int32_t level, PuenteString message);
  /**
   * Says why the call is about to fail. `code` is a stable code such as `PUE-0201`; `position` may
   * be null. Texts are copied.
   */
  void (*set_error)(PuenteRun* run, PuenteString code, PuenteString message,
                    const PuentePosition* position, PuenteString hint);
  /** Tells of a fault that does not stop the run; texts are copied. */
  void (*report_finding)(PuenteRun* run, const PuenteFinding* finding);
  /** Readers: leaves that belong to no record that is handed over, and what became of them. */
  void (*count_read)(PuenteRun* run, uint32_t source_path, uint64_t count);
  /** The same leaves, refused: of those that `count_read` counted. */
  void (*count_rejected)(PuenteRun* run, uint32_t source_path, uint64_t count);
  /**
   * Writers, inside `writer_put` only: `count` leaves of the record, at `field_path`, are in the
   * output as values named `out_path` (0 when they share the value of another leaf).
   */
  void (*count_kept)(PuenteRun* run, uint32_t field_path, uint32_t out_path, uint64_t count);
  /** Writers: values of the output that come from no leaf of the input. */
  void (*count_derived)(PuenteRun* run, uint32_t out_path, uint64_t count);
  /** Writers, inside `writer_put` only: leaves that do not reach the output. `example` may be
   * empty. */
  void (*report_loss)(PuenteRun* run, uint32_t field_path, uint64_t count, int32_t reason,
                      PuenteString example);
  /** How many bytes of the input were used so far. */
  void (*progress)(PuenteRun* run, uint64_t bytes);
  /** Not 0 when the call should return PUENTE_CANCELLED soon (within a second). */
  int32_t (*is_cancelled)(PuenteRun* run);
  /** The value of a limit of `puente limits`, or 0 when there is no such limit. */
  uint64_t (*limit)(PuenteRun* run, PuenteString name);
  /**
   * Looks up the name of a code in a codelist; returns PUENTE_OK and a name that lives for ever, or
   * PUENTE_END when the list or code is not known.
   */
  PuenteStatus (*lookup_code)(PuenteRun* run, PuenteString codelist, PuenteString code,
                              PuenteString language, PuenteString* name);
  /**
   * `count_kept` for many paths at once, which takes one lock for all: `field_path` and `count` of
   * each are as there, and its `source_path` is the `out_path`.
   */
  void (*count_kept_all)(PuenteRun* run, const PuenteLeaves* leaves, size_t size);
} PuenteHost;

/** How well an input fits a format. */
typedef struct PuenteProbe {
  uint32_t struct_size;
  /** 0 to 100; 0 means "not mine". */
  uint32_t confidence;
  /** Format id, from the manifest; lives for ever. */
  PuenteString format;
  /** Version of the format, copied by the host, at most 31 bytes and terminated. */
  char version[32];
} PuenteProbe;

/** What the plugin offers. Entries that it does not have are null. Lives for ever. */
typedef struct PuentePlugin {
  uint32_t struct_size;
  uint32_t abi_version;
  /** The manifest that the plugin was built with; equal to the file beside the library. */
  PuenteString manifest_json;
  /** Build id of the plugin, see PuenteHost.build_id. */
  PuenteString build_id;

  /** Looks at `head` of the source, within a millisecond. Where that cannot tell and the source has
   *  `read_at`, a little of the rest may be read: the host stops at 4 MiB. `read` gives nothing. */
  PuenteStatus (*identify)(const PuenteSource* source, PuenteProbe* probe);

  /** Begins to read an input in a format of the manifest. */
  PuenteStatus (*reader_open)(PuenteRun* run, PuenteString format, const PuenteSource* source,
                              const PuenteOption* options, size_t options_size, void** reader);
  /** Reads one piece; `source` is at the piece's first byte and ends with it. */
  PuenteStatus (*reader_open_piece)(PuenteRun* run, PuenteString format, const PuenteSource* source,
                                    const PuentePiece* piece, const PuenteOption* options,
                                    size_t options_size, void** reader);
  /** Hands over the next records, about half a MiB or a few dozen of them; PUENTE_END when done. */
  PuenteStatus (*reader_next)(void* reader, PuenteBatch** batch);
  void (*reader_close)(void* reader); /**< Frees the reader; its batches live on. */

  /** Begins to cut an input that can seek. */
  PuenteStatus (*splitter_open)(PuenteRun* run, PuenteString format, const PuenteSource* source,
                                const PuenteOption* options, size_t options_size, void** splitter);
  /** Gives the next piece, about as long as the limit `piece_bytes`; PUENTE_END when done. */
  PuenteStatus (*splitter_next)(void* splitter, PuentePiece* piece);
  void (*splitter_close)(void* splitter); /**< Frees the splitter. */

  /** Begins an output in a format of the manifest. */
  PuenteStatus (*writer_open)(PuenteRun* run, PuenteString format, const PuenteTarget* target,
                              const PuenteOption* options, size_t options_size, void** writer);
  /** Writes one record; the record is borrowed for the call. */
  PuenteStatus (*writer_put)(void* writer, const PuenteRecord* record);
  /** Writes what closes the output. Nothing is put after it. */
  PuenteStatus (*writer_finish)(void* writer);
  /** Frees the writer, also when it was not finished. */
  void (*writer_close)(void* writer);
} PuentePlugin;

/**
 * The entry: fills `plugin` up to its `struct_size`. `host` lives for ever. Returns
 * PUENTE_UNIMPLEMENTED when the plugin cannot work with this host.
 */
typedef PuenteStatus (*PuenteEntry)(const PuenteHost* host, PuentePlugin* plugin);

/** Name of the entry symbol. */
#define PUENTE_ENTRY_SYMBOL "puente_plugin_v1"

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* PUENTE_CORE_PLUGIN_PUENTE_PLUGIN_H_ */
