// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Build tool: writes the numbers of all fields of the schema as a C header, for plugins in C.

#include <google/protobuf/descriptor.pb.h>

#include <cctype>
#include <fstream>
#include <iostream>
#include <string>

namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorSet;

// `OtherIdentifier` as OTHER_IDENTIFIER.
std::string UpperSnake(const std::string& name) {
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    const bool begins_word = std::isupper(c) != 0 && i > 0 && std::islower(name[i - 1]) != 0;
    if (begins_word) text += '_';
    text += static_cast<char>(std::toupper(c));
  }
  return text;
}

void Write(const DescriptorProto& message, const std::string& outer, std::ostream& out) {
  const std::string name = outer + UpperSnake(message.name());
  out << "\n/* " << message.name() << " */\n";
  for (const FieldDescriptorProto& field : message.field()) {
    out << "#define " << name << '_' << UpperSnake(field.name()) << ' ' << field.number() << '\n';
  }
  for (const DescriptorProto& nested : message.nested_type()) Write(nested, name + "_", out);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: make_field_numbers DESCRIPTORS OUT\n";
    return 2;
  }
  FileDescriptorSet files;
  std::ifstream in(argv[1], std::ios::binary);
  if (!files.ParseFromIstream(&in)) {
    std::cerr << argv[1] << ": no descriptors\n";
    return 1;
  }
  std::ofstream out(argv[2]);
  out << "/* Copyright 2026 The Puente Authors */\n/* SPDX-License-Identifier: Apache-2.0 */\n"
         "/* Field numbers of puente.v1, written by the build from its protos. */\n"
         "#ifndef PUENTE_V1_FIELD_NUMBERS_H_\n#define PUENTE_V1_FIELD_NUMBERS_H_\n";
  for (const auto& file : files.file()) {
    if (file.package() != "puente.v1") continue;
    for (const DescriptorProto& message : file.message_type()) Write(message, "PUENTE_V1_", out);
  }
  out << "\n#endif /* PUENTE_V1_FIELD_NUMBERS_H_ */\n";
  return out.good() ? 0 : 1;
}
