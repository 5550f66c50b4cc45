// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Looks at the first bytes of a file without parsing it: is it XML, JSON, something else?
#ifndef PUENTE_CORE_PLUGIN_SNIFF_H_
#define PUENTE_CORE_PLUGIN_SNIFF_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace puente::plugin {

/// The start tag of the root element, as far as the first bytes hold it.
struct XmlRoot {
  /// Name without prefix.
  std::string name;
  /// Name of the namespace that the name is in; empty when it is in none.
  std::string xml_namespace;
  /// Attributes with their names as written, namespace declarations too. Values are not unescaped.
  std::vector<std::pair<std::string, std::string>> attributes;

  /// The value of an attribute, or nothing.
  std::optional<std::string_view> Attribute(std::string_view attribute) const;
};

/// What the first bytes look like.
enum class Look {
  /// There are none.
  kEmpty,
  /// Markup that goes on as XML does.
  kXml,
  /// An object or list of JSON, or lines of them.
  kJson,
  /// Other text.
  kText,
  /// Not text.
  kBinary,
};

/// The first bytes of a file, sniffed.
struct Sniffed {
  Look look = Look::kEmpty;
  /// The bytes in UTF-8 without byte order mark, when they are text.
  std::string text;
  /// kXml: the root element; nothing when its name lies behind the first bytes.
  std::optional<XmlRoot> root;
  /// kXml: true for a page of HTML.
  bool is_html = false;
  /// kJson: true when the outermost value is a list; the keys are then those of its first object.
  bool is_list = false;
  /// kJson: keys of the first object within the first bytes, in order.
  std::vector<std::string> keys;
};

/// Sniffs the first bytes of a file. UTF-8, and UTF-16 with or without byte order mark, are read;
/// of other encodings what they share with ASCII. Any bytes will do: nothing is refused.
Sniffed Sniff(std::string_view head);

}  // namespace puente::plugin

#endif  // PUENTE_CORE_PLUGIN_SNIFF_H_
