// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Secrets of tokens: made from 256 random bits, kept as their SHA-256.

#ifndef PUENTE_SERVICES_STORE_TOKEN_SECRET_H_
#define PUENTE_SERVICES_STORE_TOKEN_SECRET_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/base/digest.h"

namespace puente::store {

/// A new secret.
struct TokenSecret {
  /// Id of the token: tells nothing of the secret.
  std::string id;
  /// `pnt_` and 43 characters of base64url.
  std::string secret;
  /// SHA-256 of `secret`.
  Digest hash = {};
};

/// Makes a secret. Unavailable error when there is no randomness.
absl::StatusOr<TokenSecret> MakeTokenSecret();

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_TOKEN_SECRET_H_
