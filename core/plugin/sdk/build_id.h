// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The build id: two parts with the same id may hand each other protobuf messages by pointer.
#ifndef PUENTE_CORE_PLUGIN_SDK_BUILD_ID_H_
#define PUENTE_CORE_PLUGIN_SDK_BUILD_ID_H_

#include <google/protobuf/stubs/common.h>

#include <string_view>

#include "puente/v1/schema_hash.h"

#define PUENTE_INTERNAL_TEXT2(x) #x
#define PUENTE_INTERNAL_TEXT(x) PUENTE_INTERNAL_TEXT2(x)

#if defined(__SANITIZE_ADDRESS__)
#define PUENTE_INTERNAL_SANITIZER "asan"
#elif defined(__SANITIZE_THREAD__)
#define PUENTE_INTERNAL_SANITIZER "tsan"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PUENTE_INTERNAL_SANITIZER "asan"
#elif __has_feature(thread_sanitizer)
#define PUENTE_INTERNAL_SANITIZER "tsan"
#endif
#endif
#ifndef PUENTE_INTERNAL_SANITIZER
#define PUENTE_INTERNAL_SANITIZER "plain"
#endif
#ifndef _GLIBCXX_USE_CXX11_ABI
#define _GLIBCXX_USE_CXX11_ABI 1
#endif

namespace puente::sdk {

/// Names compiler, standard library, protobuf, sanitizer and schema of this translation unit.
inline constexpr std::string_view kBuildId = __VERSION__
    "; c++11abi=" PUENTE_INTERNAL_TEXT(_GLIBCXX_USE_CXX11_ABI) "; protobuf=" PUENTE_INTERNAL_TEXT(
        GOOGLE_PROTOBUF_VERSION) "; " PUENTE_INTERNAL_SANITIZER "; schema=" PUENTE_SCHEMA_HASH;

}  // namespace puente::sdk

#endif  // PUENTE_CORE_PLUGIN_SDK_BUILD_ID_H_
