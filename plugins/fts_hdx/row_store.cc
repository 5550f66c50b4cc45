// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes rows as bytes, and reads them again.
#include "plugins/fts_hdx/row_store.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "plugins/fts_hdx/layout.h"

namespace puente::fts_hdx {
namespace {

constexpr size_t kDateCharacters = 10;
constexpr size_t kSizeBytes = sizeof(uint64_t);

void PutNumber(uint64_t number, std::string* out) {
  out->append(reinterpret_cast<const char*>(&number), kSizeBytes);
}

void PutText(std::string_view text, std::string* out) {
  PutNumber(text.size(), out);
  out->append(text);
}

bool TakeNumber(std::string_view* bytes, uint64_t* number) {
  if (bytes->size() < kSizeBytes) return false;
  std::memcpy(number, bytes->data(), kSizeBytes);
  bytes->remove_prefix(kSizeBytes);
  return true;
}

bool TakeText(std::string_view* bytes, std::string* text) {
  uint64_t size = 0;
  if (!TakeNumber(bytes, &size) || bytes->size() < size) return false;
  *text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

bool TakeCell(std::string_view* bytes, CellDraft* cell) {
  if (bytes->empty()) return false;
  cell->kind = static_cast<CellDraft::Kind>(bytes->front());
  bytes->remove_prefix(1);
  if (cell->kind != CellDraft::Kind::kPlaces) return TakeText(bytes, &cell->text);
  uint64_t places = 0;
  if (!TakeNumber(bytes, &places)) return false;
  for (uint64_t i = 0; i < places; ++i) {
    if (bytes->empty()) return false;
    CellDraft::Place& place = cell->places.emplace_back();
    place.is_code = bytes->front() != 0;
    bytes->remove_prefix(1);
    if (!TakeText(bytes, &place.text)) return false;
  }
  return true;
}

}  // namespace

RowStore::RowStore(const RowStoreBounds& bounds) : bounds_(bounds), order_(bounds.sorted_rows) {}

absl::Status RowStore::Add(std::string_view date, const std::vector<CellDraft>& cells) {
  bytes_.clear();
  for (const CellDraft& cell : cells) {
    bytes_ += static_cast<char>(cell.kind);
    if (cell.kind != CellDraft::Kind::kPlaces) {
      PutText(cell.text, &bytes_);
      continue;
    }
    PutNumber(cell.places.size(), &bytes_);
    for (const CellDraft::Place& place : cell.places) {
      bytes_ += static_cast<char>(place.is_code);
      PutText(place.text, &bytes_);
    }
  }
  Entry entry{};
  const std::string_view key = FirstCharacters(date, kDateCharacters).substr(0, kKeyBytes);
  std::copy(key.begin(), key.end(), entry.date.begin());
  entry.number = rows_++;
  std::string size;
  PutNumber(bytes_.size(), &size);
  if (absl::Status status = Append(size); !status.ok()) return status;
  entry.offset = in_file_ + buffer_.size();
  entry.size = bytes_.size();
  if (absl::Status status = Append(bytes_); !status.ok()) return status;
  return order_.Add(entry);
}

absl::Status RowStore::Append(std::string_view bytes) {
  buffer_.append(bytes);
  if (buffer_.size() < bounds_.row_bytes) return absl::OkStatus();
  if (file_ == nullptr) {
    absl::StatusOr<std::unique_ptr<TempFile>> made = TempFile::Create();
    if (!made.ok()) return made.status();
    file_ = *std::move(made);
  }
  absl::Status status = file_->WriteAt(in_file_, buffer_);
  in_file_ += buffer_.size();
  buffer_.clear();
  return status;
}

absl::Status RowStore::Load(uint64_t offset, size_t size, std::string* out) {
  out->resize(size);
  const size_t in_file =
      offset >= in_file_ ? 0 : static_cast<size_t>(std::min<uint64_t>(size, in_file_ - offset));
  if (in_file > 0) {
    if (absl::Status status = file_->ReadAt(offset, out->data(), in_file); !status.ok()) {
      return status;
    }
  }
  if (in_file < size) {
    buffer_.copy(out->data() + in_file, size - in_file,
                 static_cast<size_t>(offset + in_file - in_file_));
  }
  return absl::OkStatus();
}

absl::Status RowStore::Finish(bool by_date) {
  by_date_ = by_date;
  return by_date ? order_.Finish() : absl::OkStatus();
}

absl::StatusOr<bool> RowStore::Next(std::vector<CellDraft>* cells) {
  uint64_t offset = next_ + kSizeBytes;
  uint64_t size = 0;
  if (by_date_) {
    const absl::StatusOr<std::optional<Entry>> entry = order_.Next();
    if (!entry.ok()) return entry.status();
    if (!entry->has_value()) return false;
    offset = (*entry)->offset;
    size = (*entry)->size;
  } else {
    if (next_ == in_file_ + buffer_.size()) return false;
    if (absl::Status status = Load(next_, kSizeBytes, &bytes_); !status.ok()) return status;
    std::memcpy(&size, bytes_.data(), kSizeBytes);
    next_ = offset + size;
  }
  if (absl::Status status = Load(offset, static_cast<size_t>(size), &bytes_); !status.ok()) {
    return status;
  }
  cells->clear();
  std::string_view rest = bytes_;
  while (!rest.empty()) {
    if (!TakeCell(&rest, &cells->emplace_back())) {
      return absl::InternalError("a stored row is damaged");
    }
  }
  return true;
}

}  // namespace puente::fts_hdx
