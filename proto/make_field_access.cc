// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Build tool: writes the functions of field_access.h for every field of the schema.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

constexpr char kPackage[] = "puente.v1";

std::string ClassOf(const Descriptor& message) {
  const std::string name =
      message.full_name().substr(message.file()->package().size() + 1);  // Outer.Inner
  std::string made = message.file()->package() == kPackage ? "" : "::google::protobuf::";
  for (const char c : name) made += c == '.' ? '_' : c;
  return made;
}

bool IsNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
    case FieldDescriptor::CPPTYPE_ENUM:
      return !field.is_repeated();
    default:
      return false;
  }
}

std::string TypeOfNumber(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "bool";
    case FieldDescriptor::CPPTYPE_ENUM:
      return field.enum_type()->name();
    case FieldDescriptor::CPPTYPE_INT32:
      return "int32_t";
    case FieldDescriptor::CPPTYPE_INT64:
      return "int64_t";
    case FieldDescriptor::CPPTYPE_UINT32:
      return "uint32_t";
    default:
      return "uint64_t";
  }
}

// Writes one initializer of FieldAccess. `type` is the class of the message.
void WriteField(const std::string& type, const FieldDescriptor& field, std::ostream& out) {
  const std::string name = field.lowercase_name();
  const std::string in = "static_cast<const " + type + "&>(m)";
  const std::string on = "static_cast<" + type + "*>(m)";
  const auto member = [&out](const char* which, const std::string& signature,
                             const std::string& body) {
    out << "     ." << which << " = []" << signature << " { " << body << " },\n";
  };
  out << "    {\n";
  if (field.is_repeated()) {
    member("size", "(const Message& m) -> int", "return " + in + "." + name + "_size();");
  } else if (field.has_presence()) {
    member("size", "(const Message& m) -> int", "return " + in + ".has_" + name + "() ? 1 : 0;");
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    member("size", "(const Message& m) -> int",
           "return " + in + "." + name + "().empty() ? 0 : 1;");
  } else {
    member("size", "(const Message& m) -> int",
           "return " + in + "." + name + "() == " + TypeOfNumber(field) + "{} ? 0 : 1;");
  }
  const bool repeated = field.is_repeated();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    const std::string index = repeated ? "(i)" : "()";
    const std::string unused = repeated ? " i" : "";
    member("text", "(const Message& m, int" + unused + ") -> const std::string&",
           "return " + in + "." + name + index + ";");
    // Setters of protobuf that take bytes and a size make a string of them first.
    const std::string assign = "->assign(v.data(), v.size());";
    member("set_text", "(Message* m, int" + unused + ", std::string_view v)",
           on + "->mutable_" + name + index + assign);
    member("add_text", "(Message* m, std::string_view v)",
           on + "->" + (repeated ? "add_" : "mutable_") + name + "()" + assign);
    member("new_text", "(Message* m) -> std::string*",
           "return " + on + "->" + (repeated ? "add_" : "mutable_") + name + "();");
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    member("get",
           std::string("(const Message& m, int") + (repeated ? " i" : "") + ") -> const Message&",
           "return " + in + "." + name + (repeated ? "(i);" : "();"));
    member("first", "(Message* m) -> Message*",
           repeated ? "auto* t = " + on + "; return t->" + name + "_size() == 0 ? t->add_" + name +
                          "() : t->mutable_" + name + "(0);"
                    : "return " + on + "->mutable_" + name + "();");
    member("add", "(Message* m) -> Message*",
           "return " + on + "->" + (repeated ? "add_" : "mutable_") + name + "();");
  } else if (IsNumber(field)) {
    member("number", "(const Message& m) -> int64_t",
           "return static_cast<int64_t>(" + in + "." + name + "());");
    member("set_number", "(Message* m, int64_t v)",
           on + "->set_" + name + "(static_cast<" + TypeOfNumber(field) + ">(v));");
  }
  out << "    },\n";
}

// The condition under which a field of the message `m` is set.
std::string IsSet(const FieldDescriptor& field) {
  const std::string name = field.lowercase_name();
  if (field.is_repeated()) return "m." + name + "_size() != 0";
  if (field.has_presence()) return "m.has_" + name + "()";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return "!m." + name + "().empty()";
  return "m." + name + "() != " + TypeOfNumber(field) + "{}";
}

// Writes the function PresentFields of a message type. False when it has too many fields.
bool WritePresent(const std::string& type, const Descriptor& message, std::ostream& out) {
  if (message.field_count() > 63) {
    std::cerr << "make_field_access: " << message.full_name() << " has more than 63 fields\n";
    return false;
  }
  std::vector<const FieldDescriptor*> fields;
  for (int i = 0; i < message.field_count(); ++i) fields.push_back(message.field(i));
  std::sort(fields.begin(), fields.end(), [](const FieldDescriptor* a, const FieldDescriptor* b) {
    return a->number() < b->number();
  });
  out << "uint64_t Present" << type << "(const Message& message) {\n  const auto& m = "
      << "static_cast<const " << type << "&>(message);\n"
      << "  uint64_t present = uint64_t{HasUnknownFields(m)} << 63;\n";
  for (size_t i = 0; i < fields.size(); ++i) {
    out << "  present |= uint64_t{" << IsSet(*fields[i]) << "} << " << i << ";\n";
  }
  out << "  return present;\n}\n\n";
  return true;
}

void Gather(const Descriptor& message, std::vector<const Descriptor*>* all) {
  if (!message.options().map_entry() && message.field_count() > 0) all->push_back(&message);
  for (int i = 0; i < message.nested_type_count(); ++i) Gather(*message.nested_type(i), all);
}

int Run(const char* set_path, const char* out_path) {
  FileDescriptorSet set;
  std::ifstream in(set_path, std::ios::binary);
  if (!in || !set.ParseFromIstream(&in)) {
    std::cerr << "make_field_access: cannot read " << set_path << '\n';
    return 1;
  }
  DescriptorPool pool;
  std::vector<const FileDescriptor*> files;
  for (const FileDescriptorProto& proto : set.file()) {
    const FileDescriptor* file = pool.BuildFile(proto);
    if (file == nullptr) return 1;
    if (file->package() == kPackage) files.push_back(file);
  }
  std::vector<const Descriptor*> messages;
  std::ofstream out(out_path, std::ios::binary);
  out << "// Copyright 2026 The Puente Authors\n// SPDX-License-Identifier: Apache-2.0\n"
         "// Access to each field of the schema, written by make_field_access.\n"
         "#include \"proto/field_access.h\"\n\n#include <unordered_map>\n\n";
  for (const FileDescriptor* file : files) {
    const std::string& name = file->name();
    out << "#include \"" << name.substr(0, name.rfind('.')) << ".pb.h\"\n";
    for (int i = 0; i < file->message_type_count(); ++i) Gather(*file->message_type(i), &messages);
  }
  out << "\nnamespace puente {\nnamespace {\n\nusing namespace v1;\nusing "
         "google::protobuf::Message;"
         "\n\n"
         "// Whether a message ever had unknown fields is told by one bit, but not in public.\n"
         "struct Metadata : google::protobuf::MessageLite {\n"
         "  static bool MayHaveUnknownFields(const MessageLite& message) {\n"
         "    return (message.*(&Metadata::_internal_metadata_)).have_unknown_fields();\n"
         "  }\n};\n\n"
         "bool HasUnknownFields(const Message& message) {\n"
         "  return Metadata::MayHaveUnknownFields(message) &&\n"
         "         !message.GetReflection()->GetUnknownFields(message).empty();\n}\n\n";
  for (const Descriptor* message : messages) {
    const std::string type = ClassOf(*message);
    out << "constexpr FieldAccess k" << type << "[] = {\n";
    for (int i = 0; i < message->field_count(); ++i) WriteField(type, *message->field(i), out);
    out << "};\n\n";
    if (!WritePresent(type, *message, out)) return 1;
  }
  out << "}  // namespace\n\n"
         "const FieldAccess* AccessOf(const google::protobuf::FieldDescriptor* field) {\n"
         "  using Table = std::unordered_map<const google::protobuf::Descriptor*, "
         "const FieldAccess*>;\n"
         "  static const Table* const table = new Table{\n";
  for (const Descriptor* message : messages) {
    const std::string type = ClassOf(*message);
    out << "      {" << type << "::descriptor(), k" << type << "},\n";
  }
  out << "  };\n"
         "  const auto found = table->find(field->containing_type());\n"
         "  return found == table->end() ? nullptr : found->second + field->index();\n"
         "}\n\n"
         "PresentFields PresentFieldsOf(const google::protobuf::Descriptor* message) {\n"
         "  using Table = std::unordered_map<const google::protobuf::Descriptor*, PresentFields>;\n"
         "  static const Table* const table = new Table{\n";
  for (const Descriptor* message : messages) {
    const std::string type = ClassOf(*message);
    out << "      {" << type << "::descriptor(), Present" << type << "},\n";
  }
  out << "  };\n"
         "  const auto found = table->find(message);\n"
         "  return found == table->end() ? nullptr : found->second;\n"
         "}\n\n}  // namespace puente\n";
  out.close();
  return out ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: make_field_access DESCRIPTOR_SET OUT.cc\n";
    return 2;
  }
  return Run(argv[1], argv[2]);
}
