// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tokens of pages, streams and watches: what only this store can have made.

#ifndef PUENTE_SERVICES_EXCHANGE_SEAL_H_
#define PUENTE_SERVICES_EXCHANGE_SEAL_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "services/store/store.h"

namespace puente::exchange {

/// What a token is for: one of another kind is refused.
enum class TokenKind : char {
  kPage = 'p',
  kStream = 's',
  kWatch = 'w',
  kDatasets = 'd',
  kGenerations = 'g'
};

/// What is in a token.
struct TokenBody {
  /// The moment that pages and streams show, or what a watch has seen.
  store::RevisionVector revisions;
  /// Behind which record or dataset it goes on.
  std::optional<store::ScanCursor> cursor;
};

/// Makes and opens tokens. Any thread.
class Sealer {
 public:
  /// `key`: the store's.
  explicit Sealer(const Digest& key) : key_(key) {}

  /// A token as text: base64url of the body and its HMAC-SHA256. `request` is what must be the same
  /// when it comes back.
  std::string Seal(TokenKind kind, std::string_view request, const TokenBody& body) const;
  /// The opposite. PAGE_TOKEN_INVALID for pages, RESUME_TOKEN_INVALID for others.
  absl::StatusOr<TokenBody> Open(TokenKind kind, std::string_view request,
                                 std::string_view token) const;

 private:
  Digest key_;
};

}  // namespace puente::exchange

#endif  // PUENTE_SERVICES_EXCHANGE_SEAL_H_
