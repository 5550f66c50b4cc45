// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the root of an IATI file says about the whole file.
#include "plugins/iati/file_frame.h"

#include <charconv>

#include "core/base/lexical.h"
#include "core/base/status.h"

namespace puente::iati {

absl::StatusOr<FileFrame> ReadFileFrame(std::string_view root_name,
                                        std::span<const text::XmlAttribute> attributes,
                                        std::string_view head) {
  FileFrame frame;
  bool found = false;
  for (const Root root :
       {Root::kActivities, Root::kOrganisations, Root::kBareActivity, Root::kBareOrganisation}) {
    if (root_name == RootName(root)) {
      frame.root = root;
      found = true;
    }
  }
  if (!found) {
    ErrorDetail detail;
    detail.code = "IATI-0001";
    detail.message =
        "this is not an IATI file: its root element is <" + std::string(root_name) + ">";
    detail.hint = "an IATI file begins with <iati-activities> or <iati-organisations>";
    return MakeError(absl::StatusCode::kInvalidArgument, detail);
  }
  bool has_version = false;
  for (const text::XmlAttribute& attribute : attributes) {
    if (attribute.name == "version") {
      frame.version = TrimXmlSpace(attribute.value);
      has_version = !frame.version.empty();
    } else if (attribute.name == "xml:space") {
      frame.preserve = attribute.value == "preserve";
    }
  }
  if (has_version) {
    frame.model = frame.version.starts_with("1") || frame.version.starts_with("0") ? Model::kOne
                                                                                   : Model::kTwo;
  } else {
    frame.model = head.find("<narrative") != std::string_view::npos ? Model::kTwo : Model::kOne;
  }
  return frame;
}

std::string EncodeContext(const PieceContext& context) {
  std::string bytes;
  bytes += static_cast<char>('0' + static_cast<int>(context.frame.root));
  bytes += static_cast<char>('0' + static_cast<int>(context.frame.model));
  bytes += context.frame.preserve ? '1' : '0';
  bytes += context.frame.version;
  bytes += '\0';
  bytes += context.encoding;
  bytes += '\0';
  bytes += std::to_string(context.root_line);
  bytes += '\0';
  bytes += context.root_tag;
  return bytes;
}

absl::StatusOr<PieceContext> DecodeContext(std::string_view bytes) {
  const size_t version_end = bytes.find('\0');
  const size_t encoding_end =
      version_end == std::string_view::npos ? version_end : bytes.find('\0', version_end + 1);
  const size_t line_end =
      encoding_end == std::string_view::npos ? encoding_end : bytes.find('\0', encoding_end + 1);
  uint64_t line = 0;
  if (bytes.size() < 5 || line_end == std::string_view::npos ||
      std::from_chars(bytes.data() + encoding_end + 1, bytes.data() + line_end, line).ptr !=
          bytes.data() + line_end) {
    return absl::InternalError("the context of a piece is damaged");
  }
  PieceContext context;
  context.frame.root = static_cast<Root>(bytes[0] - '0');
  context.frame.model = static_cast<Model>(bytes[1] - '0');
  context.frame.preserve = bytes[2] == '1';
  context.frame.version = bytes.substr(3, version_end - 3);
  context.encoding = bytes.substr(version_end + 1, encoding_end - version_end - 1);
  context.root_line = line;
  context.root_tag = bytes.substr(line_end + 1);
  return context;
}

}  // namespace puente::iati
