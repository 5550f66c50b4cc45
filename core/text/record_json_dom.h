// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads records from parsed JSON, and says what is wrong with it. Internal to record_json.

#ifndef PUENTE_CORE_TEXT_RECORD_JSON_DOM_H_
#define PUENTE_CORE_TEXT_RECORD_JSON_DOM_H_

#include "absl/status/status.h"
#include "core/base/limits.h"
#include "puente/v1/record.pb.h"
#include "simdjson.h"

namespace puente::text {

/// Reads a record, which must be empty, from a JSON value. Errors are those of RecordJsonParser,
/// but for those of JSON itself; what was read until then stays. `has_escapes` says that the JSON
/// has `\u`, behind which half a character may hide.
absl::Status ReadRecordJson(const simdjson::dom::element& root, const Limits& limits,
                            bool has_escapes, v1::Record* out);

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_RECORD_JSON_DOM_H_
