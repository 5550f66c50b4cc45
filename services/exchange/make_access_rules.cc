// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the table of access rules from the protos; fails for a method that has none.
//
// make_access_rules DESCRIPTORS OUT

#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include "google/protobuf/descriptor.pb.h"
#include "puente/exchange/v1/access.pb.h"

int main(int argc, char** argv) {
  namespace v1 = puente::exchange::v1;
  if (argc != 3) {
    std::fprintf(stderr, "usage: make_access_rules DESCRIPTORS OUT\n");
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!files.ParseFromIstream(&in)) {
    std::fprintf(stderr, "%s: no descriptors\n", argv[1]);
    return 1;
  }
  std::map<std::string, std::string> rules;
  bool complete = true;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) {
        const std::string name = "/" + file.package() + "." + service.name() + "/" + method.name();
        const v1::Access& access = method.options().GetExtension(v1::access);
        if (access.scope() == v1::SCOPE_UNSPECIFIED) {
          std::fprintf(stderr, "%s: %s has no option (access).scope\n", file.name().c_str(),
                       name.c_str());
          complete = false;
          continue;
        }
        rules[name] = "v1::" + v1::Scope_Name(access.scope());
      }
    }
  }
  if (!complete) return 1;
  std::ofstream out(argv[2]);
  out << "constexpr AccessRule kAccessRules[] = {\n";
  for (const auto& [method, scope] : rules) out << "    {\"" << method << "\", " << scope << "},\n";
  out << "};\n";
  return out.flush() ? 0 : 1;
}
