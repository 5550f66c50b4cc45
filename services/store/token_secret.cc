// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Secrets of tokens.

#include "services/store/token_secret.h"

#include <openssl/rand.h>

#include "absl/strings/escaping.h"

namespace puente::store {

absl::StatusOr<TokenSecret> MakeTokenSecret() {
  unsigned char random[32 + 8];
  if (RAND_bytes(random, sizeof random) != 1) {
    return absl::UnavailableError("the system gives no random numbers");
  }
  const char* const bytes = reinterpret_cast<const char*>(random);
  TokenSecret out;
  out.secret = "pnt_" + absl::WebSafeBase64Escape(absl::string_view(bytes, 32));
  out.id = absl::BytesToHexString(absl::string_view(bytes + 32, 8));
  Sha256 hash;
  hash.Update(out.secret);
  auto digest = hash.Finish();
  if (!digest.ok()) return digest.status();
  out.hash = *digest;
  return out;
}

}  // namespace puente::store
