// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the table of access rules from the protos; fails for a method that has none.
//
// make_access_rules OUT

#include <cstdio>
#include <fstream>
#include <map>
#include <string>

#include "google/protobuf/descriptor.h"
#include "puente/exchange/v1/access.pb.h"
#include "puente/exchange/v1/agency_service.pb.h"
#include "puente/exchange/v1/change_service.pb.h"
#include "puente/exchange/v1/dataset_service.pb.h"
#include "puente/exchange/v1/format_service.pb.h"
#include "puente/exchange/v1/record_service.pb.h"

int main(int argc, char** argv) {
  namespace v1 = puente::exchange::v1;
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_access_rules OUT\n");
    return 2;
  }
  const google::protobuf::FileDescriptor* files[] = {
      v1::GetAgencyRequest::descriptor()->file(), v1::GetHeadRequest::descriptor()->file(),
      v1::GetDatasetRequest::descriptor()->file(), v1::ListFormatsRequest::descriptor()->file(),
      v1::GetRecordRequest::descriptor()->file()};
  std::map<std::string, std::string> rules;
  bool complete = true;
  for (const auto* file : files) {
    for (int i = 0; i < file->service_count(); ++i) {
      const auto* service = file->service(i);
      for (int j = 0; j < service->method_count(); ++j) {
        const auto* method = service->method(j);
        const v1::Access& access = method->options().GetExtension(v1::access);
        if (access.scope() == v1::SCOPE_UNSPECIFIED) {
          std::fprintf(stderr, "%s: %s has no option (access).scope\n", file->name().c_str(),
                       method->full_name().c_str());
          complete = false;
          continue;
        }
        rules["/" + service->full_name() + "/" + method->name()] =
            "v1::" + v1::Scope_Name(access.scope());
      }
    }
  }
  if (!complete) return 1;
  std::ofstream out(argv[1]);
  out << "constexpr AccessRule kAccessRules[] = {\n";
  for (const auto& [method, scope] : rules) out << "    {\"" << method << "\", " << scope << "},\n";
  out << "};\n";
  return out.flush() ? 0 : 1;
}
