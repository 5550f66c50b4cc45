/* Copyright 2026 The Puente Authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Records as bytes, for plugins in C: the fields of a message written and read, with no library. */
#ifndef PUENTE_CORE_PLUGIN_SDK_PUENTE_WIRE_H_
#define PUENTE_CORE_PLUGIN_SDK_PUENTE_WIRE_H_

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/plugin/puente_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers of the fields of `puente.v1` are in puente/v1/field_numbers.h. */

/**
 * Bytes that grow. Begin with all zeros; `free` the data at the end. When there is no memory,
 * `failed` becomes 1 and nothing more is written: look at it once, when all is in.
 */
typedef struct PuenteWire {
  char* data;
  size_t size;
  size_t capacity;
  int failed;
} PuenteWire;

/** Makes room for `more` bytes; 0 when there is none. */
static inline int puente_wire_reserve(PuenteWire* wire, size_t more) {
  size_t capacity = wire->capacity < 256 ? 256 : wire->capacity;
  char* data;
  if (wire->failed || more > SIZE_MAX / 4 || wire->size > SIZE_MAX / 4) {
    wire->failed = 1;
    return 0;
  }
  if (wire->size + more <= wire->capacity) return 1;
  while (capacity < wire->size + more) capacity *= 2;
  data = (char*)realloc(wire->data, capacity);
  if (data == NULL) {
    wire->failed = 1;
    return 0;
  }
  wire->data = data;
  wire->capacity = capacity;
  return 1;
}

/** Appends bytes as they are. */
static inline void puente_wire_append(PuenteWire* wire, const char* data, size_t size) {
  if (size == 0 || !puente_wire_reserve(wire, size)) return;
  memcpy(wire->data + wire->size, data, size);
  wire->size += size;
}

/** A number as protobuf writes it, seven bits a byte; part of the functions below. */
static inline size_t puente_wire_encode(uint64_t value, char* out) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7) out[size++] = (char)(value | 0x80);
  out[size++] = (char)value;
  return size;
}

/** The same, appended. */
static inline void puente_wire_number(PuenteWire* wire, uint64_t value) {
  char bytes[10];
  puente_wire_append(wire, bytes, puente_wire_encode(value, bytes));
}

/** A field of an integer, enumeration or bool type. Fields of a message go in the order of their
 * numbers. */
static inline void puente_wire_put_number(PuenteWire* wire, uint32_t field, uint64_t value) {
  puente_wire_number(wire, (uint64_t)field << 3);
  puente_wire_number(wire, value);
}

/** A field of a text, which must be UTF-8, or of bytes. */
static inline void puente_wire_put_text(PuenteWire* wire, uint32_t field, PuenteString text) {
  puente_wire_number(wire, ((uint64_t)field << 3) | 2);
  puente_wire_number(wire, text.size);
  puente_wire_append(wire, text.data, text.size);
}

/** Begins a field of a message type: what is put until `puente_wire_end` is inside. Returns what
 * that function wants. */
static inline size_t puente_wire_begin(PuenteWire* wire, uint32_t field) {
  puente_wire_number(wire, ((uint64_t)field << 3) | 2);
  return wire->size;
}

/** Ends what `puente_wire_begin` began, innermost first. */
static inline void puente_wire_end(PuenteWire* wire, size_t begin) {
  char bytes[10];
  const size_t inside = wire->size - begin;
  const size_t size = puente_wire_encode(inside, bytes);
  if (!puente_wire_reserve(wire, size)) return;
  memmove(wire->data + begin + size, wire->data + begin, inside);
  memcpy(wire->data + begin, bytes, size);
  wire->size += size;
}

/** A field that was read. */
typedef struct PuenteWireField {
  uint32_t number;
  /** Of an integer, enumeration or bool. */
  uint64_t value;
  /** Of a text, bytes or a message: read that with `puente_wire_next` again. */
  PuenteString bytes;
} PuenteWireField;

/** Part of `puente_wire_next`: 1 when a number was taken off the front. */
static inline int puente_wire_take(PuenteString* rest, uint64_t* value) {
  unsigned shift = 0;
  *value = 0;
  for (; rest->size > 0 && shift < 64; shift += 7) {
    const unsigned char byte = (unsigned char)*rest->data++;
    --rest->size;
    *value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return 1;
  }
  return 0;
}

/** Takes the next field off the front of a message: 1, or 0 at its end, or -1 when the bytes are no
 * message. Fields of fixed size, which the schema does not have, are passed over. */
static inline int puente_wire_next(PuenteString* rest, PuenteWireField* field) {
  uint64_t key = 0;
  uint64_t size = 0;
  memset(field, 0, sizeof(*field));
  if (rest->size == 0) return 0;
  if (!puente_wire_take(rest, &key) || key >> 3 == 0 || key >> 3 > 536870911) return -1;
  field->number = (uint32_t)(key >> 3);
  switch (key & 7) {
    case 0:
      return puente_wire_take(rest, &field->value) ? 1 : -1;
    case 1:
      size = 8;
      break;
    case 2:
      if (!puente_wire_take(rest, &size)) return -1;
      break;
    case 5:
      size = 4;
      break;
    default:
      return -1;
  }
  if (size > rest->size) return -1;
  field->bytes.data = rest->data;
  field->bytes.size = (size_t)size;
  rest->data += size;
  rest->size -= (size_t)size;
  return 1;
}

/** Finds the first field of a number: 1 and its bytes, else 0. */
static inline int puente_wire_find(PuenteString message, uint32_t number, PuenteString* bytes) {
  PuenteWireField field;
  while (puente_wire_next(&message, &field) == 1) {
    if (field.number != number) continue;
    *bytes = field.bytes;
    return 1;
  }
  return 0;
}

/** 1 when the text is UTF-8, as all texts of records must be. */
static inline int puente_wire_is_utf8(PuenteString text) {
  const unsigned char* at = (const unsigned char*)text.data;
  const unsigned char* const end = at + text.size;
  while (at < end) {
    const unsigned char first = *at++;
    int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    uint32_t point = first;
    if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) return 0;
    if (more > 0) point = first & (0x3fu >> more);
    if (end - at < more) return 0;
    if (more > 0) {
      int i;
      for (i = 0; i < more; ++i) {
        if ((*at & 0xc0) != 0x80) return 0;
        point = (point << 6) | (*at++ & 0x3fu);
      }
      if ((more == 2 && point < 0x800) || (more == 3 && point < 0x10000)) return 0;
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return 0;
    }
  }
  return 1;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* PUENTE_CORE_PLUGIN_SDK_PUENTE_WIRE_H_ */
