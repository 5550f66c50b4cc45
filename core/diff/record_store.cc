// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The records of one input in a temporary file, with a compact entry for each.

#include "core/diff/record_store.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/digest.h"
#include "core/base/schema.h"

namespace puente::diff {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

void AppendPart(std::string_view part, std::string* out) {
  const auto size = static_cast<uint32_t>(part.size());
  out->append(reinterpret_cast<const char*>(&size), sizeof(size));
  out->append(part);
}

bool TakePart(std::string_view* bytes, std::string_view* part) {
  uint32_t size = 0;
  if (bytes->size() < sizeof(size)) return false;
  std::memcpy(&size, bytes->data(), sizeof(size));
  bytes->remove_prefix(sizeof(size));
  if (bytes->size() < size) return false;
  *part = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

absl::StatusOr<ShortDigest> DigestOf(std::string_view bytes) {
  thread_local Sha256 hash;
  hash.Update(bytes);
  absl::StatusOr<Digest> digest = hash.Finish();
  if (!digest.ok()) return digest.status();
  ShortDigest out;
  std::copy_n(digest->begin(), out.size(), out.begin());
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RecordStore>> RecordStore::Create() {
  absl::StatusOr<std::unique_ptr<TempFile>> file = TempFile::Create();
  if (!file.ok()) return file.status();
  return std::unique_ptr<RecordStore>(new RecordStore(*std::move(file)));
}

absl::Status RecordStore::Put(const v1::Record& record, StoredRecord* entry,
                              ShortDigest* key_with_dataset) {
  if (absl::Status status = CanonicalBytes(record, &canonical_); !status.ok()) return status;
  const v1::Identity& identity = record.identity();
  std::string key;
  AppendPart(RecordKind(record), &key);
  AppendPart(identity.id(), &key);
  absl::StatusOr<ShortDigest> digest = DigestOf(key);
  if (!digest.ok()) return digest.status();
  entry->key = *digest;
  AppendPart(identity.agency(), &key);
  AppendPart(identity.dataset(), &key);
  digest = DigestOf(key);
  if (!digest.ok()) return digest.status();
  *key_with_dataset = *digest;
  digest = DigestOf(canonical_);
  if (!digest.ok()) return digest.status();
  entry->content = *digest;

  std::string before;
  AppendPart(identity.id(), &before);
  AppendPart(identity.dataset(), &before);
  const uint64_t size = before.size() + canonical_.size();
  if (size > UINT32_MAX) return absl::ResourceExhaustedError("a record is larger than 4 GiB");
  entry->number = records_++;
  entry->offset = written_ + buffer_.size();
  entry->size = static_cast<uint32_t>(size);
  entry->ordinal = identity.ordinal();
  absl::Status status = Append(before);
  return status.ok() ? Append(canonical_) : status;
}

absl::Status RecordStore::Append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    absl::Status status = file_->WriteAt(written_, buffer_);
    if (!status.ok()) return status;
    written_ += buffer_.size();
    buffer_.clear();
  }
  if (bytes.size() > kBufferBytes) {
    absl::Status status = file_->WriteAt(written_, bytes);
    if (status.ok()) written_ += bytes.size();
    return status;
  }
  buffer_.append(bytes);
  return absl::OkStatus();
}

absl::Status RecordStore::Load(const StoredRecord& entry, LoadedRecord* out) {
  loaded_.resize(entry.size);
  // The end may still be in the buffer.
  const uint64_t in_file =
      entry.offset >= written_ ? 0 : std::min<uint64_t>(entry.size, written_ - entry.offset);
  if (in_file > 0) {
    absl::Status status = file_->ReadAt(entry.offset, loaded_.data(), static_cast<size_t>(in_file));
    if (!status.ok()) return status;
  }
  if (in_file < entry.size) {
    buffer_.copy(loaded_.data() + in_file, static_cast<size_t>(entry.size - in_file),
                 static_cast<size_t>(entry.offset + in_file - written_));
  }
  std::string_view bytes = loaded_;
  std::string_view id;
  std::string_view dataset;
  if (!TakePart(&bytes, &id) || !TakePart(&bytes, &dataset)) {
    return absl::InternalError("a stored record is damaged");
  }
  out->id = std::string(id);
  out->dataset = std::string(dataset);
  return ParseRecord(bytes, &out->content);
}

}  // namespace puente::diff
