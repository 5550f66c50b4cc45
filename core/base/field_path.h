// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Field paths as text, checked against the schema and against a message.

#ifndef PUENTE_CORE_BASE_FIELD_PATH_H_
#define PUENTE_CORE_BASE_FIELD_PATH_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "puente/v1/residue.pb.h"

namespace puente {

/// Checks a path against a type of content: pairs of field number and index, each field known,
/// index 0 unless it is repeated, nothing below a scalar or a leaf message. Invalid-argument error.
absl::Status CheckFieldPath(const v1::FieldPath& path,
                            const google::protobuf::Descriptor& content_type);

/// Checks a path against a content message: like above, and every message on the way is present and
/// every index is within range. The last field may be absent unless it is repeated. Out-of-range
/// error for what is not there.
absl::Status CheckFieldPath(const v1::FieldPath& path, const google::protobuf::Message& content);

/// The path as text, `transactions[5].value.currency`: an index for repeated fields only, empty for
/// the content message. Invalid-argument error when the path does not fit the type.
absl::StatusOr<std::string> FieldPathText(const v1::FieldPath& path,
                                          const google::protobuf::Descriptor& content_type);

/// The path as text without indices, `transactions.value.currency`. Invalid-argument error when the
/// path does not fit the type.
absl::StatusOr<std::string> FieldPathName(const v1::FieldPath& path,
                                          const google::protobuf::Descriptor& content_type);

/// Reads the text that FieldPathText writes. Invalid-argument error, with the nearest field's name
/// where there is one.
absl::StatusOr<v1::FieldPath> ParseFieldPath(std::string_view text,
                                             const google::protobuf::Descriptor& content_type);

}  // namespace puente

#endif  // PUENTE_CORE_BASE_FIELD_PATH_H_
