// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tokens of pages, streams and watches: what only this store can have made.

#include "services/exchange/seal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "core/base/strings.h"
#include "services/store/reason_error.h"

namespace puente::exchange {
namespace {

constexpr size_t kMacBytes = 16;

void PutNumber(std::string* out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

void PutText(std::string* out, std::string_view text) {
  PutNumber(out, text.size());
  out->append(text);
}

// Reads what PutNumber and PutText wrote. The bytes are authenticated, so this only guards against
// tokens of another version.
class BodyReader {
 public:
  explicit BodyReader(std::string_view bytes) : bytes_(bytes) {}

  bool Number(uint64_t* value) {
    *value = 0;
    for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      *value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool Text(std::string* text) {
    uint64_t size = 0;
    if (!Number(&size) || size > bytes_.size()) return false;
    text->assign(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return true;
  }

  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

bool ReadBody(std::string_view bytes, TokenBody* body) {
  BodyReader reader(bytes);
  uint64_t count = 0;
  if (!reader.Number(&count)) return false;
  for (; count > 0; --count) {
    std::string agency;
    uint64_t revision = 0;
    if (!reader.Text(&agency) || !reader.Number(&revision)) return false;
    body->revisions[std::move(agency)] = static_cast<int64_t>(revision);
  }
  uint64_t has_cursor = 0;
  if (!reader.Number(&has_cursor)) return false;
  if (has_cursor != 0) {
    store::ScanCursor cursor;
    uint64_t position = 0;
    if (!reader.Text(&cursor.dataset.agency) || !reader.Text(&cursor.dataset.dataset) ||
        !reader.Number(&position)) {
      return false;
    }
    cursor.position = static_cast<int64_t>(position);
    body->cursor = std::move(cursor);
  }
  return reader.at_end();
}

std::string Mac(const Digest& key, TokenKind kind, std::string_view request,
                std::string_view body) {
  std::string input(1, static_cast<char>(kind));
  PutText(&input, request);
  input.append(body);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(input.data()), input.size(), mac, &size);
  return std::string(reinterpret_cast<const char*>(mac), kMacBytes);
}

}  // namespace

std::string Sealer::Seal(TokenKind kind, std::string_view request, const TokenBody& body) const {
  std::string bytes;
  PutNumber(&bytes, body.revisions.size());
  for (const auto& [agency, revision] : body.revisions) {
    PutText(&bytes, agency);
    PutNumber(&bytes, static_cast<uint64_t>(revision));
  }
  PutNumber(&bytes, body.cursor.has_value() ? 1 : 0);
  if (body.cursor.has_value()) {
    PutText(&bytes, body.cursor->dataset.agency);
    PutText(&bytes, body.cursor->dataset.dataset);
    PutNumber(&bytes, static_cast<uint64_t>(body.cursor->position));
  }
  std::string token = Mac(key_, kind, request, bytes);
  token.append(bytes);
  return absl::WebSafeBase64Escape(token);
}

absl::StatusOr<TokenBody> Sealer::Open(TokenKind kind, std::string_view request,
                                       std::string_view token) const {
  const bool is_page = kind != TokenKind::kStream && kind != TokenKind::kWatch;
  const auto reason = is_page ? v1::REASON_PAGE_TOKEN_INVALID : v1::REASON_RESUME_TOKEN_INVALID;
  std::string bytes;
  TokenBody body;
  if (absl::WebSafeBase64Unescape(ToAbsl(token), &bytes) && bytes.size() > kMacBytes) {
    const std::string_view content = std::string_view(bytes).substr(kMacBytes);
    const std::string mac = Mac(key_, kind, request, content);
    if (CRYPTO_memcmp(mac.data(), bytes.data(), kMacBytes) == 0 && ReadBody(content, &body)) {
      return body;
    }
  }
  return store::ReasonError(
      reason, is_page ? "the page token is not from this server, or the request has changed since"
                      : "the resume token is not from this server, or from another kind of call");
}

}  // namespace puente::exchange
