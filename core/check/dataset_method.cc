// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Rules that need many records: rows that say the same.
#include "core/check/dataset_method.h"

#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "core/base/digest.h"
#include "core/base/external_sort.h"

namespace puente::check {
namespace {

/// A row by half the digest of what it says: 2^64 rows until two differ and are taken for the same.
struct RowMark {
  std::array<uint8_t, 16> digest = {};
  uint64_t number = 0;
  RowPlace place;
};

/// By what they say, then in their order.
struct BySaying {
  bool operator()(const RowMark& a, const RowMark& b) const {
    const int order = std::memcmp(a.digest.data(), b.digest.data(), a.digest.size());
    return order != 0 ? order < 0 : a.number < b.number;
  }
};

struct FoundPair {
  uint64_t number = 0;
  DatasetHit hit;
};

struct ByNumber {
  bool operator()(const FoundPair& a, const FoundPair& b) const { return a.number < b.number; }
};

/// Sorts the marks of all rows, in a file when there are many: equal ones come together.
class DuplicateRows : public DatasetMethod {
 public:
  absl::Status Add(const RowPlace& place, const RecordRow& row) override {
    const v1::Record& record = row.record();
    Take(record.activity());
    for (const v1::LexicalForm& form : record.lexical()) Take(form);
    for (const v1::JsonResidue& json : record.residue().json()) Take(json);
    const absl::StatusOr<Digest> digest = hash_.Finish();
    if (!digest.ok()) return digest.status();
    RowMark mark;
    std::memcpy(mark.digest.data(), digest->data(), mark.digest.size());
    mark.number = number_++;
    mark.place = place;
    return marks_.Add(mark);
  }

  absl::Status Finish(absl::FunctionRef<absl::Status(const DatasetHit&)> take) override {
    if (absl::Status status = marks_.Finish(); !status.ok()) return status;
    ExternalSorter<FoundPair, ByNumber> found;
    std::optional<RowMark> first;
    while (true) {
      const absl::StatusOr<std::optional<RowMark>> next = marks_.Next();
      if (!next.ok()) return next.status();
      if (!next->has_value()) break;
      if (!first.has_value() || first->digest != (*next)->digest) {
        first = **next;
        continue;
      }
      const FoundPair pair{(*next)->number, {(*next)->place, first->place}};
      if (absl::Status status = found.Add(pair); !status.ok()) return status;
    }
    if (absl::Status status = found.Finish(); !status.ok()) return status;
    while (true) {
      const absl::StatusOr<std::optional<FoundPair>> next = found.Next();
      if (!next.ok()) return next.status();
      if (!next->has_value()) return absl::OkStatus();
      if (absl::Status status = take((*next)->hit); !status.ok()) return status;
    }
  }

 private:
  /// The bytes of a message, with their number before them.
  void Take(const google::protobuf::Message& message) {
    bytes_.clear();
    message.SerializePartialToString(&bytes_);
    const uint64_t size = bytes_.size();
    char number[sizeof(size)];
    std::memcpy(number, &size, sizeof(size));
    hash_.Update({number, sizeof(number)});
    hash_.Update(bytes_);
  }

  Sha256 hash_;
  std::string bytes_;
  uint64_t number_ = 0;
  ExternalSorter<RowMark, BySaying> marks_;
};

}  // namespace

std::unique_ptr<DatasetMethod> MakeDatasetMethod(std::string_view name) {
  if (name == "duplicate_rows") return std::make_unique<DuplicateRows>();
  return nullptr;
}

}  // namespace puente::check
