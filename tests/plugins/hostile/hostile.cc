// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// A plugin that harms its host in the one way that the environment names; plain C++, no schema.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/plugin/puente_plugin.h"

namespace {

const PuenteHost* g_host = nullptr;

bool Is(std::string_view harm) {
  const char* const name = std::getenv("PUENTE_HOSTILE");
  return name != nullptr && harm == name;
}

/// Runs while the library is loaded, before any check of what is in it.
struct Initialiser {
  Initialiser() {
    if (Is("static-abort")) std::abort();
    if (Is("static-exit")) std::_Exit(3);
  }
};
const Initialiser g_initialiser;

PuenteString ToC(std::string_view text) { return {text.data(), text.size()}; }

// No UTF-8, a terminal's escape, and a line feed.
constexpr std::string_view kBadText = "\xff\xfe\x1b[31mred\n\xc0\xaf";

// A puente.v1.Record: `activity` (field 4) with `iati_identifier` (field 8), `HOSTILE`.
constexpr std::string_view kRecord = "\x22\x09\x42\x07HOSTILE";

/// What is read of an input: one batch with one record.
struct Reader {
  PuenteRun* run;
  int calls = 0;
};

/// A batch with its record; larger than the contract's struct where that is the harm.
struct Owner {
  PuenteBatch batch = {};
  struct Wide {
    PuenteRecord record;
    unsigned char more[64];
  } records[2] = {};
  PuenteLeaves leaves = {};
};

// What the host cannot release stays reachable, so that leak checkers look at the host alone.
void* volatile g_last = nullptr;

void Release(PuenteBatch* batch) {
  auto* owner = static_cast<Owner*>(batch->owner);
  // The allocator notices the second time, and ends the process.
  if (Is("double-free")) std::free(static_cast<void*>(owner));
  std::free(static_cast<void*>(owner));
}

PuenteBatch* MakeBatch() {
  auto* owner = new (std::malloc(sizeof(Owner))) Owner;
  g_last = owner;
  owner->leaves.source_path = g_host->intern_path(ToC("hostile/id"));
  owner->leaves.field_path = g_host->intern_path(ToC("activity.iati_identifier"));
  owner->leaves.count = 1;
  const uint32_t wide = Is("large-record") ? sizeof(Owner::Wide) : sizeof(PuenteRecord);
  for (size_t i = 0; i < 2; ++i) {
    auto* record =
        reinterpret_cast<PuenteRecord*>(reinterpret_cast<char*>(owner->records) + i * wide);
    record->struct_size = Is("small-record") ? 16 : wide;
    record->kind = Is("bad-kind") ? 77 : PUENTE_KIND_ACTIVITY;
    record->data = kRecord.data();
    record->size = kRecord.size();
    record->id = ToC(Is("bad-utf8") ? kBadText : "HOSTILE");
    if (Is("bad-utf8")) record->origin.sheet = record->origin.cell = ToC(kBadText);
    record->leaves = &owner->leaves;
    record->leaves_size = 1;
    if (Is("bad-bytes")) record->data = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";
    if (Is("foreign-message")) record->message = owner;
    if (Is("null-leaves")) record->leaves = nullptr;
    if (Is("null-data")) record->data = nullptr;
  }
  PuenteBatch& batch = owner->batch;
  batch.struct_size = Is("small-batch") ? 4 : sizeof(PuenteBatch);
  batch.records = Is("null-records") ? nullptr : &owner->records[0].record;
  batch.size = Is("huge-batch") ? size_t{1} << 40 : 2;
  batch.release = Is("no-release") ? nullptr : Release;
  batch.owner = owner;
  return &batch;
}

void Find(PuenteRun* run, std::string_view text, uint32_t size = sizeof(PuenteFinding)) {
  PuenteFinding finding = {};
  finding.struct_size = size;
  finding.severity = Is("bad-utf8") ? 99 : PUENTE_WARNING;
  finding.code = ToC(Is("bad-utf8") ? text : "HOST-0001");
  finding.message = finding.hint = finding.path = finding.text = finding.record_id = ToC(text);
  finding.position.sheet = finding.position.cell = ToC(text);
  g_host->report_finding(run, &finding);
}

PuenteStatus Identify(const PuenteSource* source, PuenteProbe* probe) {
  if (source->head.size < 7 || std::memcmp(source->head.data, "HOSTILE", 7) != 0) return PUENTE_OK;
  probe->confidence = Is("bad-probe") ? 4000000000U : 90;
  probe->format = ToC(Is("bad-probe") ? kBadText : "hostile");
  if (Is("bad-probe")) std::memset(probe->version, 'v', sizeof(probe->version));
  return PUENTE_OK;
}

PuenteStatus ReaderOpen(PuenteRun* run, PuenteString format, const PuenteSource*,
                        const PuenteOption*, size_t, void** reader) {
  if (Is("garbage-open")) return 12345;
  if (Is("no-reader")) return PUENTE_OK;
  if (std::string_view(format.data, format.size) != "hostile") return PUENTE_UNIMPLEMENTED;
  *reader = new Reader{run};
  return PUENTE_OK;
}

PuenteStatus ReaderNext(void* handle, PuenteBatch** batch) {
  auto* reader = static_cast<Reader*>(handle);
  if (Is("garbage-next")) return -77;
  if (Is("silent-error")) return PUENTE_INVALID_ARGUMENT;
  if (Is("false-cancel")) return PUENTE_CANCELLED;
  if (reader->calls++ > 0) return PUENTE_END;
  if (Is("null-batch")) return PUENTE_OK;
  if (Is("bad-utf8")) {
    Find(reader->run, kBadText);
    g_host->log(reader->run, 99, ToC(kBadText));
    g_host->count_read(reader->run, g_host->intern_path(ToC(kBadText)), 1);
    g_host->count_rejected(reader->run, g_host->intern_path(ToC(kBadText)), 1);
  }
  if (Is("bad-error")) {
    const PuentePosition nowhere = {UINT64_MAX, UINT64_MAX, UINT64_MAX, {}, {}};
    g_host->set_error(reader->run, ToC(kBadText), ToC(kBadText), &nowhere, ToC(kBadText));
    return PUENTE_INVALID_ARGUMENT;
  }
  if (Is("small-finding")) Find(reader->run, "too small", 8);
  if (Is("two-million")) {
    for (int i = 0; i < 2'000'000; ++i) Find(reader->run, "one of very many");
  }
  if (Is("null-everything")) {
    g_host->report_finding(reader->run, nullptr);
    g_host->report_finding(nullptr, nullptr);
    g_host->set_error(reader->run, {}, {}, nullptr, {});
    g_host->log(nullptr, 0, {});
    g_host->count_read(nullptr, 4000000000U, UINT64_MAX);
    g_host->progress(nullptr, UINT64_MAX);
    g_host->progress(reader->run, UINT64_MAX);
    g_host->limit(reader->run, {});
    g_host->lookup_code(reader->run, {}, {}, {}, nullptr);
    g_host->report_loss(reader->run, 4000000000U, 1, 99, {});
  }
  *batch = MakeBatch();
  return PUENTE_OK;
}

void ReaderClose(void* reader) { delete static_cast<Reader*>(reader); }

}  // namespace

extern "C" __attribute__((visibility("default"))) PuenteStatus puente_plugin_v1(
    const PuenteHost* host, PuentePlugin* plugin) {
  if (Is("throw-entry")) throw std::runtime_error("thrown in the entry\x1b[31m");
  if (Is("throw-int")) throw 42;
  if (Is("garbage-entry")) return 4711;
  g_host = host;
  plugin->abi_version = Is("abi-version") ? 7 : PUENTE_ABI_VERSION;
  // The test says which manifest lies beside the library.
  const char* const manifest = std::getenv("PUENTE_TEST_MANIFEST");
  plugin->manifest_json = ToC(manifest == nullptr ? "{}" : manifest);
  if (Is("bad-manifest")) plugin->manifest_json = ToC(kBadText);
  if (Is("table-small")) plugin->struct_size = 16;
  if (Is("table-large")) plugin->struct_size = sizeof(PuentePlugin) + 4096;
  if (Is("table-overrun")) std::memset(static_cast<void*>(plugin + 1), 0, 64);
  plugin->identify = Identify;
  plugin->reader_open = ReaderOpen;
  plugin->reader_next = ReaderNext;
  plugin->reader_close = ReaderClose;
  return PUENTE_OK;
}
