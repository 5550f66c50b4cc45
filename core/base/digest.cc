// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Canonical bytes of records, and SHA-256 over them.

#include "core/base/digest.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include "core/base/canonical_form.h"
#include "core/base/schema.h"
#include "core/base/wire_schema.h"
#include "fmt/format.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"

namespace puente {
namespace {

using ::google::protobuf::Message;
using ::google::protobuf::UnknownFieldSet;
using ::google::protobuf::io::CodedOutputStream;
using internal::ReadField;
using internal::WireType;
using internal::WireValue;

// Buffers that are kept for the next record are at most this large.
constexpr size_t kMaxKeptBuffer = size_t{4} << 20;

// SHA-256 of libcrypto. Fetched once: that is slow, and takes locks.
const EVP_MD* Sha256Method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

// Levels of elements below a node, without recursion: builders are not bound by the parser's limit.
bool IsDeeperThan(const v1::XmlNode& root, int max_depth) {
  struct Entry {
    const v1::XmlNode* node;
    int depth;
  };
  std::vector<Entry> open = {{&root, 1}};
  while (!open.empty()) {
    const Entry entry = open.back();
    open.pop_back();
    if (!entry.node->has_element()) continue;
    if (entry.depth > max_depth) return true;
    for (const v1::XmlNode& child : entry.node->element().children()) {
      if (child.has_element()) open.push_back({&child, entry.depth + 1});
    }
  }
  return false;
}

// Appends fields of a message; the sizes of all of them are computed before.
class FieldWriter {
 public:
  explicit FieldWriter(std::string* out) : out_(out) {}

  void Add(int number, const Message& message) {
    parts_.push_back({static_cast<uint32_t>(number), &message, message.ByteSizeLong()});
  }

  // False when the bytes are more than a message can have.
  bool Write() {
    size_t size = 0;
    for (const Part& part : parts_) {
      if (part.size > kLargestMessage) return false;
      size += CodedOutputStream::VarintSize32(TagOf(part)) +
              CodedOutputStream::VarintSize32(static_cast<uint32_t>(part.size)) + part.size;
    }
    if (size > kLargestMessage) return false;
    out_->resize(size);
    uint8_t* next = reinterpret_cast<uint8_t*>(out_->data());
    for (const Part& part : parts_) {
      next = CodedOutputStream::WriteVarint32ToArray(TagOf(part), next);
      next = CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(part.size), next);
      next = part.message->SerializeWithCachedSizesToArray(next);
    }
    return true;
  }

 private:
  static constexpr size_t kLargestMessage = std::numeric_limits<int32_t>::max();

  struct Part {
    uint32_t number;
    const Message* message;
    size_t size;
  };

  static uint32_t TagOf(const Part& part) { return part.number << 3 | internal::kDelimited; }

  std::string* out_;
  std::vector<Part> parts_;
};

enum class FieldOrder { kAscending, kDescending, kMalformed };

// Looks whether field numbers ascend at every level of known messages. Runs over every record, so
// the usual tags and lengths, of one byte, have their own way.
FieldOrder CheckOrder(const WireType& root, std::string_view bytes) {
  struct Level {
    const uint8_t* end;
    const WireType* type;
    uint64_t last_number;
  };
  Level outer[kMaxMessageDepth + 1];
  size_t depth = 0;
  const uint8_t* next = internal::BytesOf(bytes);
  const uint8_t* end = next + bytes.size();
  const WireType* type = &root;
  uint64_t last_number = 1;
  while (true) {
    if (next == end) {
      if (depth == 0) return FieldOrder::kAscending;
      --depth;
      end = outer[depth].end;
      type = outer[depth].type;
      last_number = outer[depth].last_number;
      continue;
    }
    uint64_t tag = *next;
    if (tag < 0x80) {
      ++next;
    } else {
      next = internal::ReadTag(next, end, &tag);
      if (next == nullptr) return FieldOrder::kMalformed;
    }
    const uint64_t number = tag >> 3;
    if (number < last_number) return FieldOrder::kDescending;
    last_number = number;
    if ((tag & 7) == internal::kVarint) {
      uint64_t value = 0;
      next = internal::ReadVarint(next, end, &value);
      if (next == nullptr) return FieldOrder::kMalformed;
      continue;
    }
    if ((tag & 7) != internal::kDelimited) {
      next = internal::SkipValue(static_cast<uint8_t>(tag & 7), next, end);
      if (next == nullptr) return FieldOrder::kMalformed;
      continue;
    }
    uint64_t size = 0;
    next = internal::ReadVarint(next, end, &size);
    if (next == nullptr || size > static_cast<uint64_t>(end - next)) return FieldOrder::kMalformed;
    const WireType* below = type->Below(number);
    if (below == nullptr || size == 0) {
      next += size;
      continue;
    }
    if (depth == std::size(outer)) return FieldOrder::kMalformed;
    outer[depth++] = {end, type, last_number};
    end = next + size;
    type = below;
    last_number = 1;
  }
}

// Appends the fields of a message sorted by number, those of one number in their order, at every
// level of known messages. No length changes by it. The bytes are known to be well-formed.
void AppendSorted(const WireType& type, const uint8_t* next, const uint8_t* end, std::string* out) {
  struct Piece {
    uint32_t number;
    const WireType* type;
    const uint8_t* begin;
    const uint8_t* payload;
    const uint8_t* end;
  };
  std::vector<Piece> pieces;
  WireValue value;
  for (; next != end && ReadField(next, end, &value); next = value.end) {
    const WireType* below =
        value.wire_tag == internal::kDelimited ? type.Below(value.number) : nullptr;
    pieces.push_back({value.number, below, next, value.begin, value.end});
  }
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const Piece& a, const Piece& b) { return a.number < b.number; });
  for (const Piece& piece : pieces) {
    const uint8_t* const verbatim_end = piece.type == nullptr ? piece.end : piece.payload;
    out->append(reinterpret_cast<const char*>(piece.begin),
                static_cast<size_t>(verbatim_end - piece.begin));
    if (piece.type != nullptr) AppendSorted(*piece.type, piece.payload, piece.end, out);
  }
}

// Appends the fields of a record that this schema does not know, where they are content.
void AppendUnknownContent(const UnknownFieldSet& fields, std::string* out) {
  UnknownFieldSet content;
  for (int i = 0; i < fields.field_count(); ++i) {
    if (!IsBesideContent(static_cast<uint32_t>(fields.field(i).number()))) {
      content.AddField(fields.field(i));
    }
  }
  std::string bytes;
  if (content.SerializeToString(&bytes)) out->append(bytes);
}

}  // namespace

struct Sha256::Context {
  // Makes the context ready for a new byte string.
  void Begin() {
    ok = evp != nullptr && Sha256Method() != nullptr &&
         EVP_DigestInit_ex2(evp, Sha256Method(), nullptr) == 1;
  }

  EVP_MD_CTX* evp = nullptr;
  bool ok = false;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  context_->evp = EVP_MD_CTX_new();
  context_->Begin();
}

Sha256::~Sha256() {
  if (context_ != nullptr) EVP_MD_CTX_free(context_->evp);
}

Sha256::Sha256(Sha256&& other) noexcept : context_(std::move(other.context_)) {}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

void Sha256::Update(std::string_view bytes) {
  if (!context_->ok || bytes.empty()) return;
  context_->ok = EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1;
}

absl::StatusOr<Digest> Sha256::Finish() {
  Digest digest{};
  const bool done = context_->ok && EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr) == 1;
  context_->Begin();
  if (!done) return absl::InternalError("libcrypto gives no SHA-256");
  return digest;
}

std::string DigestToHex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(digest.size() * 2);
  for (const uint8_t byte : digest) {
    hex.push_back(kDigits[byte >> 4]);
    hex.push_back(kDigits[byte & 15]);
  }
  return hex;
}

absl::StatusOr<Digest> DigestFromHex(std::string_view hex) {
  Digest digest{};
  bool valid = hex.size() == digest.size() * 2;
  for (size_t i = 0; valid && i < hex.size(); ++i) {
    const char c = hex[i];
    int nibble = 0;
    if (c >= '0' && c <= '9') {
      nibble = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      nibble = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      nibble = c - 'A' + 10;
    } else {
      valid = false;
    }
    digest[i / 2] = static_cast<uint8_t>(digest[i / 2] << 4 | nibble);
  }
  if (!valid) {
    return absl::InvalidArgumentError(
        fmt::format("a digest is {} hexadecimal digits", digest.size() * 2));
  }
  return digest;
}

absl::Status CanonicalBytes(const v1::Record& record, std::string* out) {
  for (const v1::ResidueNode& node : record.residue().nodes()) {
    if (IsDeeperThan(node.xml(), kMaxXmlDepth)) {
      return absl::InvalidArgumentError(
          fmt::format("residue has more than {} levels of elements", kMaxXmlDepth));
    }
  }
  FieldWriter writer(out);
  if (const Message* content = RecordContent(record); content != nullptr) {
    writer.Add(record.content_case(), *content);
  }
  for (const v1::LexicalForm& entry : record.lexical()) {
    writer.Add(v1::Record::kLexicalFieldNumber, entry);
  }
  if (record.has_residue()) writer.Add(v1::Record::kResidueFieldNumber, record.residue());
  for (const google::protobuf::Any& extension : record.extensions()) {
    writer.Add(v1::Record::kExtensionsFieldNumber, extension);
  }
  if (!writer.Write()) return absl::ResourceExhaustedError("the record has more than 2 GiB");
  const UnknownFieldSet& unknown = record.GetReflection()->GetUnknownFields(record);
  if (!unknown.empty()) AppendUnknownContent(unknown, out);

  switch (CheckOrder(internal::RecordWireType(), *out)) {
    case FieldOrder::kAscending:
      return absl::OkStatus();
    case FieldOrder::kMalformed:
      return absl::InvalidArgumentError("the record nests too many messages");
    case FieldOrder::kDescending:
      break;
  }
  std::string sorted;
  sorted.reserve(out->size());
  const uint8_t* const begin = internal::BytesOf(*out);
  AppendSorted(internal::RecordWireType(), begin, begin + out->size(), &sorted);
  out->swap(sorted);
  return absl::OkStatus();
}

absl::StatusOr<Digest> RecordDigest(const v1::Record& record) {
  thread_local Sha256 hash;
  thread_local std::string bytes;
  const absl::Status status = CanonicalBytes(record, &bytes);
  if (!status.ok()) return status;
  hash.Update(bytes);
  if (bytes.capacity() > kMaxKeptBuffer) {
    bytes.clear();
    bytes.shrink_to_fit();
  }
  return hash.Finish();
}

absl::StatusOr<Digest> RecordDigest(std::string_view bytes) {
  CanonicalParts parts;
  if (SplitCanonical(bytes, &parts)) {
    thread_local Sha256 hash;
    hash.Update(parts.content);
    return hash.Finish();
  }
  v1::Record record;
  if (absl::Status status = ParseRecord(bytes, &record); !status.ok()) return status;
  return RecordDigest(record);
}

void DatasetDigest::Add(const Digest& record_digest) {
  hash_.Update(
      std::string_view(reinterpret_cast<const char*>(record_digest.data()), record_digest.size()));
}

absl::StatusOr<Digest> DatasetDigest::Finish() { return hash_.Finish(); }

}  // namespace puente
