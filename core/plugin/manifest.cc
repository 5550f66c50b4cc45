// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads manifests: every key is known, of its type, and within its bounds.
#include "core/plugin/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/plugin/json_node.h"
#include "core/plugin/option_value.h"

namespace puente::plugin {
namespace {

namespace dom = simdjson::dom;

constexpr uint32_t kMaxConfidence = 95;
constexpr size_t kMaxMagicBytes = 256;
// Rules see the first 8 KiB of a file.
constexpr int64_t kMaxMagicOffset = 8192;

/// `[a-z][a-z0-9]*` and the further characters that are allowed, at most 64 bytes.
bool IsName(std::string_view text, std::string_view further) {
  if (text.empty() || text.size() > kMaxNameBytes || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(), [further](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           further.find(c) != std::string_view::npos;
  });
}

std::string Name(const JsonNode& node, std::string_view key, std::string_view further) {
  std::string name = node.NeededText(key);
  if (!IsName(name, further)) {
    node.Fault(key,
               fmt::format("must be a lower-case letter and then at most {} letters, digits or "
                           "any of `{}`",
                           kMaxNameBytes - 1, further));
  }
  return name;
}

void CheckFileName(Faults* faults, std::string_view place, std::string_view name) {
  if (name.find('/') != std::string_view::npos || name == "." || name == "..") {
    faults->Add(place, "must be the name of a file in the manifest's folder");
  }
}

std::string FileName(const JsonNode& node, std::string_view key) {
  std::string name = node.Text(key);
  CheckFileName(node.faults(), node.At(key), name);
  return name;
}

std::vector<std::string> FileNames(const JsonNode& node, std::string_view key) {
  std::vector<std::string> names = node.Texts(key);
  for (const std::string& name : names) CheckFileName(node.faults(), node.At(key), name);
  return names;
}

std::vector<std::string> Extensions(const JsonNode& node, std::string_view key) {
  std::vector<std::string> extensions = node.Texts(key);
  for (std::string& extension : extensions) {
    if (!extension.empty() && extension[0] != '.') extension.insert(0, ".");
    const bool plain = std::all_of(extension.begin(), extension.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
    if (!plain || extension.size() < 2) {
      node.Fault(key, fmt::format("has `{}`: extensions are lower-case letters, digits, points, - "
                                  "and _",
                                  extension));
    }
  }
  return extensions;
}

template <typename Enum, size_t kSize>
Enum OneOf(Faults* faults, std::string_view place, std::string_view text,
           const std::array<Enum, kSize>& all, std::string_view (*name_of)(Enum)) {
  std::vector<std::string> names;
  for (const Enum value : all) {
    if (name_of(value) == text) return value;
    names.emplace_back(name_of(value));
  }
  const std::string nearest = NearestName(text, names);
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "`" : ", `") + name + "`";
  faults->Add(place, "must be one of " + list,
              nearest.empty() ? "" : fmt::format("did you mean `{}`?", nearest));
  return all[0];
}

std::optional<std::string> FromHex(std::string_view hex) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string bytes;
  if (hex.size() % 2 != 0) return std::nullopt;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return bytes;
}

uint32_t DefaultConfidence(RuleKind kind) {
  switch (kind) {
    case RuleKind::kExtension:
      return 30;
    case RuleKind::kMagic:
    case RuleKind::kXmlRoot:
      return 90;
    case RuleKind::kJsonKeys:
      return 80;
    case RuleKind::kAny:
      break;
  }
  return 1;
}

/// The node of a rule, with the keys that its kind has.
JsonNode RuleNode(Faults* faults, dom::element item, const std::string& place, RuleKind kind) {
  switch (kind) {
    case RuleKind::kExtension:
      return JsonNode(faults, item, place, {"rule", "confidence", "probe", "version", "names"});
    case RuleKind::kMagic:
      return JsonNode(faults, item, place,
                      {"rule", "confidence", "probe", "version", "offset", "hex", "text"});
    case RuleKind::kXmlRoot:
      return JsonNode(faults, item, place,
                      {"rule", "confidence", "probe", "version", "names", "namespace", "attribute",
                       "attribute_value", "version_attribute"});
    case RuleKind::kJsonKeys:
      return JsonNode(faults, item, place,
                      {"rule", "confidence", "probe", "version", "first", "all"});
    case RuleKind::kAny:
      break;
  }
  return JsonNode(faults, item, place, {"rule", "confidence", "probe", "version"});
}

void ReadMagic(const JsonNode& node, IdentifyRule* rule) {
  rule->offset = static_cast<uint64_t>(node.Int("offset", 0, 0, kMaxMagicOffset));
  if (node.Has("hex") == node.Has("text")) {
    node.Fault("rule", "needs either `hex` or `text`");
    return;
  }
  if (node.Has("hex")) {
    std::optional<std::string> bytes = FromHex(node.Text("hex"));
    if (!bytes.has_value()) node.Fault("hex", "must be pairs of hexadecimal digits");
    rule->bytes = std::move(bytes).value_or("");
  } else {
    // Any bytes that JSON can hold, so not checked as a text to show.
    std::string_view text;
    if (node.Get("text")->get(text) != simdjson::SUCCESS) node.Fault("text", "must be a text");
    rule->bytes = std::string(text);
  }
  if (rule->bytes.empty() || rule->bytes.size() > kMaxMagicBytes) {
    node.Fault("rule", fmt::format("needs 1 to {} bytes", kMaxMagicBytes));
  }
}

IdentifyRule ReadRule(Faults* faults, dom::element item, const std::string& place) {
  IdentifyRule rule;
  dom::object object;
  std::string_view kind;
  if (item.get(object) != simdjson::SUCCESS || object["rule"].get(kind) != simdjson::SUCCESS) {
    faults->Add(place, "must be an object with the key `rule`");
    return rule;
  }
  rule.kind = OneOf(faults, place + ".rule", kind,
                    std::array{RuleKind::kExtension, RuleKind::kMagic, RuleKind::kXmlRoot,
                               RuleKind::kJsonKeys, RuleKind::kAny},
                    RuleKindName);
  const JsonNode node = RuleNode(faults, item, place, rule.kind);
  rule.confidence = static_cast<uint32_t>(
      node.Int("confidence", DefaultConfidence(rule.kind), 1, kMaxConfidence));
  rule.probe = node.Bool("probe", rule.kind == RuleKind::kAny);
  rule.version = node.Text("version");
  switch (rule.kind) {
    case RuleKind::kExtension:
      rule.names = Extensions(node, "names");
      if (rule.names.empty()) node.Fault("names", "must name an extension");
      break;
    case RuleKind::kMagic:
      ReadMagic(node, &rule);
      break;
    case RuleKind::kXmlRoot:
      rule.names = node.Texts("names");
      if (rule.names.empty()) node.Fault("names", "must name an element");
      if (node.Has("namespace")) rule.xml_namespace = node.Text("namespace");
      rule.attribute = node.Text("attribute");
      if (node.Has("attribute_value")) rule.attribute_value = node.Text("attribute_value");
      if (rule.attribute_value.has_value() && rule.attribute.empty()) {
        node.Fault("attribute_value", "needs `attribute`");
      }
      rule.version_attribute = node.Text("version_attribute");
      break;
    case RuleKind::kJsonKeys:
      rule.first_keys = node.Texts("first");
      rule.keys = node.Texts("all");
      if (rule.first_keys.empty() && rule.keys.empty()) node.Fault("rule", "needs keys");
      break;
    case RuleKind::kAny:
      if (!rule.probe) node.Fault("probe", "must be true: a rule that always fits tells nothing");
      break;
  }
  return rule;
}

/// A default, minimum or maximum: a text, whole number or boolean, as canonical text.
std::optional<std::string> OptionValue(const JsonNode& node, std::string_view key,
                                       const OptionSpec& spec) {
  const std::optional<dom::element> value = node.Get(key);
  if (!value.has_value()) return std::nullopt;
  std::string text;
  std::string_view string;
  int64_t integer = 0;
  bool boolean = false;
  if (value->get(string) == simdjson::SUCCESS) {
    text = std::string(string);
  } else if (value->get(integer) == simdjson::SUCCESS) {
    text = std::to_string(integer);
  } else if (value->get(boolean) == simdjson::SUCCESS) {
    text = boolean ? "true" : "false";
  } else {
    node.Fault(key, "must be a text, a whole number or a boolean");
    return std::nullopt;
  }
  absl::StatusOr<std::string> canonical = CanonicalOptionValue(spec, text);
  if (!canonical.ok()) {
    node.Fault(key, ToStd(canonical.status().message()));
    return std::nullopt;
  }
  return *std::move(canonical);
}

OptionSpec ReadOption(Faults* faults, dom::element item, const std::string& place) {
  const JsonNode node(
      faults, item, place,
      {"name", "type", "default", "values", "min", "max", "required", "applies_to", "help"});
  OptionSpec spec;
  spec.name = Name(node, "name", "_-");
  spec.type = OneOf(faults, node.At("type"), node.NeededText("type"),
                    std::array{OptionType::kString, OptionType::kInteger, OptionType::kBoolean,
                               OptionType::kEnum, OptionType::kDecimal},
                    OptionTypeName);
  spec.values = node.Texts("values");
  if ((spec.type == OptionType::kEnum) == spec.values.empty()) {
    node.Fault("values", "belongs to options of the type `enum`, which need it");
  }
  const bool number = spec.type == OptionType::kInteger || spec.type == OptionType::kDecimal;
  if (!number && (node.Has("min") || node.Has("max"))) {
    node.Fault(node.Has("min") ? "min" : "max", "belongs to integers and decimals only");
  }
  if (number) {
    // Both are read before either holds, so that each is checked by its type alone.
    std::optional<std::string> min = OptionValue(node, "min", spec);
    std::optional<std::string> max = OptionValue(node, "max", spec);
    if (min.has_value() && max.has_value() && CompareOptionNumbers(*min, *max) > 0) {
      node.Fault("min", "is more than `max`");
    }
    spec.min = std::move(min);
    spec.max = std::move(max);
  }
  spec.default_value = OptionValue(node, "default", spec);
  spec.required = node.Bool("required", false);
  if (spec.required && spec.default_value.has_value()) {
    node.Fault("default", "cannot be there when the option is required");
  }
  const std::string applies_to = node.OptionalText("applies_to").value_or("both");
  if (applies_to != "read" && applies_to != "write" && applies_to != "both") {
    node.Fault("applies_to", "must be `read`, `write` or `both`");
  }
  spec.for_read = applies_to != "write";
  spec.for_write = applies_to != "read";
  spec.help = node.NeededText("help");
  return spec;
}

Format ReadFormat(Faults* faults, dom::element item, const std::string& place) {
  const JsonNode node(
      faults, item, place,
      {"id", "title", "versions", "media_types", "extensions", "shared_extensions", "read", "write",
       "lossless", "streaming", "splits", "next_page", "needs_header", "identify", "options"});
  Format format;
  format.id = Name(node, "id", "_.-");
  format.title = node.NeededText("title");
  format.versions = node.Texts("versions");
  format.media_types = node.Texts("media_types");
  format.extensions = Extensions(node, "extensions");
  format.shared_extensions = Extensions(node, "shared_extensions");
  format.read = node.Bool("read", false);
  format.write = node.Bool("write", false);
  if (!format.read && !format.write) node.Fault("read", "or `write` must be true");
  if (format.write || node.Has("lossless")) {
    format.lossless =
        OneOf(faults, node.At("lossless"), node.NeededText("lossless"),
              std::array{Lossless::kFull, Lossless::kDeclared, Lossless::kNone}, LosslessName);
  }
  format.streaming = node.Bool("streaming", true);
  format.splits = node.Bool("splits", false);
  if (format.splits && !format.read) node.Fault("splits", "is about reading, which it cannot");
  format.next_page = node.Text("next_page");
  format.needs_header = node.Bool("needs_header", false);
  for (const auto& [rule, at] : node.Items("identify")) {
    format.identify.push_back(ReadRule(faults, rule, at));
  }
  for (const auto& [option, at] : node.Items("options")) {
    OptionSpec spec = ReadOption(faults, option, at);
    if (format.FindOption(spec.name) != nullptr) {
      faults->Add(at, fmt::format("is a second option `{}`", spec.name));
    }
    format.options.push_back(std::move(spec));
  }
  return format;
}

Quirk ReadQuirk(Faults* faults, dom::element item, const std::string& place,
                const Manifest& manifest) {
  const JsonNode node(faults, item, place, {"check", "format", "reason"});
  Quirk quirk;
  quirk.check = Name(node, "check", "-");
  quirk.format = node.Text("format");
  quirk.reason = node.NeededText("reason");
  if (!quirk.format.empty() && manifest.FindFormat(quirk.format) == nullptr) {
    node.Fault("format", fmt::format("is `{}`, which the plugin does not have", quirk.format));
  }
  return quirk;
}

Manifest ReadManifest(Faults* faults, dom::element root) {
  Manifest manifest;
  // First of all, so that the keys of a later manifest are not called unknown.
  int64_t version = 0;
  if (root["manifest_version"].get(version) != simdjson::SUCCESS || version < 1) {
    faults->Add("manifest_version", "must be a whole number, 1 at present");
  } else if (version > kManifestVersion) {
    faults->Add("manifest_version",
                fmt::format("is {}; this version of Puente reads {}", version, kManifestVersion),
                "use a later version of Puente, or an earlier one of the plugin");
  }
  if (!faults->none()) return manifest;
  const JsonNode node(
      faults, root, "",
      {"manifest_version", "name", "version", "publisher", "license", "url", "maintainer", "title",
       "summary", "abi", "library", "catalogues", "formats", "quirks"});
  manifest.manifest_version = version;
  manifest.name = Name(node, "name", "_");
  manifest.version = node.NeededText("version");
  manifest.publisher = node.NeededText("publisher");
  manifest.license = node.NeededText("license");
  manifest.url = node.Text("url");
  manifest.maintainer = node.Text("maintainer");
  manifest.title = node.NeededText("title");
  manifest.summary = node.Text("summary");
  manifest.abi = node.NeededText("abi");
  manifest.library = FileName(node, "library");
  if (manifest.library.empty()) manifest.library = fmt::format("puente_{}.so", manifest.name);
  if (const std::optional<dom::element> catalogues = node.Get("catalogues")) {
    const JsonNode files(faults, *catalogues, "catalogues", {"messages", "codelists", "rules"});
    manifest.catalogues.messages = FileName(files, "messages");
    manifest.catalogues.codelists = FileNames(files, "codelists");
    manifest.catalogues.rules = FileNames(files, "rules");
  }
  for (const auto& [item, at] : node.Items("formats")) {
    Format format = ReadFormat(faults, item, at);
    if (manifest.FindFormat(format.id) != nullptr) {
      faults->Add(at, fmt::format("is a second format `{}`", format.id));
    }
    manifest.formats.push_back(std::move(format));
  }
  if (manifest.formats.empty()) node.Fault("formats", "must have a format");
  for (const auto& [item, at] : node.Items("quirks")) {
    manifest.quirks.push_back(ReadQuirk(faults, item, at, manifest));
  }
  return manifest;
}

}  // namespace

std::string_view DirectionName(Direction direction) {
  return direction == Direction::kRead ? "read" : "write";
}

std::string_view OptionTypeName(OptionType type) {
  constexpr std::array<std::string_view, 5> kNames = {"string", "integer", "boolean", "enum",
                                                      "decimal"};
  return kNames[static_cast<size_t>(type)];
}

std::string_view RuleKindName(RuleKind kind) {
  constexpr std::array<std::string_view, 5> kNames = {"extension", "magic", "xml_root", "json_keys",
                                                      "any"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view LosslessName(Lossless lossless) {
  constexpr std::array<std::string_view, 3> kNames = {"full", "declared", "none"};
  return kNames[static_cast<size_t>(lossless)];
}

const OptionSpec* Format::FindOption(std::string_view name) const {
  for (const OptionSpec& option : options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

const Format* Manifest::FindFormat(std::string_view id) const {
  for (const Format& format : formats) {
    if (format.id == id) return &format;
  }
  return nullptr;
}

absl::StatusOr<Manifest> ParseManifest(std::string_view json) {
  if (json.size() > kMaxManifestBytes) {
    return ManifestError(fmt::format("the manifest is larger than {} bytes", kMaxManifestBytes));
  }
  dom::parser parser;
  dom::element root;
  const simdjson::error_code error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS) {
    return ManifestError(
        fmt::format("the manifest is not valid JSON: {}", simdjson::error_message(error)));
  }
  if (!root.is_object()) return ManifestError("the manifest must be a JSON object");
  Faults faults;
  Manifest manifest = ReadManifest(&faults, root);
  if (!faults.none()) return faults.first();
  return manifest;
}

absl::StatusOr<std::string> ReadManifestFile(const std::filesystem::path& path) {
  const auto fault = [&path](std::string_view what) {
    return WithSource(ManifestError(std::string(what)), path.string());
  };
  const auto system_fault = [&fault] {
    return fault(fmt::format("the manifest cannot be read: {}", std::strerror(errno)));
  };
  // Not blocking: opening a pipe would wait for its writer.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return system_fault();
  struct stat info = {};
  absl::Status status;
  std::string text;
  if (fstat(fd, &info) != 0) {
    status = system_fault();
  } else if (!S_ISREG(info.st_mode)) {
    status = fault("the manifest is not a regular file");
  }
  while (status.ok()) {
    std::array<char, 16384> buffer;
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = system_fault();
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<size_t>(got));
    if (text.size() > kMaxManifestBytes) {
      status = fault(fmt::format("the manifest is larger than {} bytes", kMaxManifestBytes));
    }
  }
  close(fd);
  if (!status.ok()) return status;
  return text;
}

std::string NormalizeManifest(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) continue;
    out.push_back(c);
    if (c == '"') {
      in_string = !in_string;
    } else if (in_string && c == '\\' && i + 1 < json.size()) {
      out.push_back(json[++i]);
    }
  }
  return out;
}

}  // namespace puente::plugin
