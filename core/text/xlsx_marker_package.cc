// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The list of sheets of a workbook, relations and types of parts. Internal to
// the marker.
#include "core/text/xlsx_marker_package.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr uint64_t kSmallPart = uint64_t{64} << 20;
constexpr size_t kLongestTitle = 31;
constexpr uint64_t kLargestSheetId = 65534;

constexpr std::string_view kRelationBase =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view kStrictRelationBase =
    "http://purl.oclc.org/ooxml/officeDocument/relationships";

constexpr std::string_view kDrawingEnd = "vml";

// Where the names of ranges may not come behind.
constexpr std::array<std::string_view, 4> kBeforeNames = {"sheets", "functionGroups",
                                                          "externalReferences", "definedNames"};

std::string RelationType(std::string_view kind, bool is_strict) {
  return fmt::format("{}/{}", is_strict ? kStrictRelationBase : kRelationBase, kind);
}

/// The target of a relation, as near as it gets.
std::string RelativeTarget(std::string_view from, std::string_view to) {
  std::string_view folder = from.substr(0, from.rfind('/') + 1);
  std::string up;
  while (!to.starts_with(folder)) {
    folder.remove_suffix(1);
    folder = folder.substr(0, folder.rfind('/') + 1);
    up += "../";
  }
  return up.append(to.substr(folder.size()));
}

std::string XmlText(std::string_view text) {
  std::string xml;
  AppendXmlText(text, &xml);
  return xml;
}

/// Goes over a small part, and lets `patch` change it at each start and end tag.
template <typename Patch>
absl::StatusOr<std::string> PatchSmall(std::string_view bytes, const XmlReaderOptions& options,
                                       const Patch& patch) {
  StringInput input(bytes);
  std::string out;
  StringOutput output(&out);
  absl::StatusOr<std::unique_ptr<XmlPatcher>> patcher =
      XmlPatcher::Create(&input, options, &output);
  if (!patcher.ok()) return patcher.status();
  while (true) {
    const absl::StatusOr<XmlEvent> event = (*patcher)->Next();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEndOfDocument) break;
    if (*event != XmlEvent::kStart && *event != XmlEvent::kEnd) continue;
    absl::Status status = patch(patcher->get(), *event == XmlEvent::kStart);
    if (!status.ok()) return status;
  }
  if (absl::Status status = (*patcher)->Finish(); !status.ok()) return status;
  return out;
}

/// Puts bytes before the end of the root element.
absl::Status PutAtEnd(XmlPatcher* patcher, bool begins, std::string_view bytes) {
  if (patcher->xml().depth() != 1) return absl::OkStatus();
  if (begins) {
    return patcher->IsEmptyTag() ? patcher->Fill(patcher->Bytes(), bytes) : absl::OkStatus();
  }
  return patcher->Bytes().empty() ? absl::OkStatus() : patcher->PutBefore(bytes);
}

std::string_view ExtensionOf(std::string_view name) {
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1);
}

}  // namespace

std::string QuotedSheetName(std::string_view name) {
  std::string quoted = "'";
  for (const char c : name) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted += '\'';
}

MarkedPackage::MarkedPackage(ZipArchive* archive, const Limits& limits, std::string source)
    : archive_(*archive), limits_(limits), source_(std::move(source)) {}

absl::StatusOr<std::unique_ptr<MarkedPackage>> MarkedPackage::Open(ZipArchive* archive,
                                                                   const Limits& limits,
                                                                   std::string source) {
  std::unique_ptr<MarkedPackage> package(new MarkedPackage(archive, limits, std::move(source)));
  absl::Status status = package->ReadWorkbook();
  if (!status.ok()) return status;
  return package;
}

XmlReaderOptions MarkedPackage::OptionsFor(std::string_view part) const {
  XmlReaderOptions options;
  options.limits = limits_;
  options.source = fmt::format("{}!{}", source_, part);
  return options;
}

absl::StatusOr<std::unique_ptr<InputStream>> MarkedPackage::OpenPart(std::string_view name) const {
  const ZipPart* const part = archive_.Find(name);
  if (part == nullptr) {
    return CannotMark(fmt::format("the part `{}` is not there", name),
                      "open it with a spreadsheet program, which may repair it, and save it anew");
  }
  return archive_.OpenPart(*part, limits_.unpacked_bytes);
}

absl::StatusOr<std::string> MarkedPackage::ReadPart(std::string_view name) const {
  const ZipPart* const part = archive_.Find(name);
  if (part == nullptr) return OpenPart(name).status();
  return archive_.ReadPart(*part, kSmallPart);
}

absl::StatusOr<std::vector<XlsxRelation>> MarkedPackage::Relations(std::string_view part) const {
  const std::string own = XlsxRelationsPart(part);
  if (archive_.Find(own) == nullptr) return std::vector<XlsxRelation>();
  absl::StatusOr<std::unique_ptr<InputStream>> stream = OpenPart(own);
  if (!stream.ok()) return stream.status();
  absl::StatusOr<std::unique_ptr<XmlReader>> xml =
      XmlReader::Create(stream->get(), OptionsFor(own));
  if (!xml.ok()) return xml.status();
  return ReadXlsxRelations(xml->get(), part);
}

absl::Status MarkedPackage::Refuse() const {
  const absl::StatusOr<std::vector<XlsxRelation>> root = Relations("");
  if (!root.ok()) return root.status();
  for (const XlsxRelation& relation : *root) {
    if (relation.kind == "origin" || ZipNameKey(relation.part).starts_with("_xmlsignatures/")) {
      return CannotMark("it is signed, and a change would break the signature",
                        "save a copy without the signature");
    }
  }
  const absl::StatusOr<std::vector<XlsxRelation>> own = Relations(workbook_);
  if (!own.ok()) return own.status();
  for (const XlsxRelation& relation : *own) {
    if (relation.kind == "revisionHeaders") {
      return CannotMark("it is shared by the old way that keeps a history of all changes",
                        "stop sharing it (Review, Share Workbook), and save it");
    }
  }
  return absl::OkStatus();
}

absl::Status MarkedPackage::ReadWorkbook() {
  workbook_ = kXlsxUsualWorkbook;
  const absl::StatusOr<std::vector<XlsxRelation>> root = Relations("");
  if (!root.ok()) return root.status();
  for (const XlsxRelation& relation : *root) {
    if (relation.kind != "officeDocument") continue;
    workbook_ = relation.part;
    is_strict_ = relation.is_strict;
  }
  if (absl::Status status = Refuse(); !status.ok()) return status;
  const absl::StatusOr<std::vector<XlsxRelation>> relations = Relations(workbook_);
  if (!relations.ok()) return relations.status();
  absl::flat_hash_map<std::string, const XlsxRelation*> by_id;
  for (const XlsxRelation& relation : *relations) {
    by_id.try_emplace(relation.id, &relation);
    // Also where they are not there: others beside them would be two.
    if (relation.kind == "styles" && !relation.part.empty()) styles_ = relation.part;
    if (relation.kind == "sharedStrings" && archive_.Find(relation.part) != nullptr) {
      texts_ = relation.part;
    }
  }
  absl::StatusOr<std::string> bytes = ReadPart(workbook_);
  if (!bytes.ok()) return bytes.status();
  bool is_workbook = false;
  const auto read = [&](XmlPatcher* patcher, bool begins) {
    const XmlReader& xml = patcher->xml();
    const std::string_view name = LocalName(xml.name());
    if (!begins) return absl::OkStatus();
    if (xml.depth() == 1) is_workbook = name == "workbook";
    has_names_ |= xml.depth() == 2 && name == "definedNames";
    if (xml.depth() != 3 || name != "sheet") return absl::OkStatus();
    uint64_t id = 0;
    if (absl::SimpleAtoi(ToAbsl(OwnAttribute(xml, "sheetId")), &id)) {
      last_sheet_id_ = std::max(last_sheet_id_, id);
    }
    Sheet sheet;
    sheet.name = OwnAttribute(xml, "name");
    for (const XmlAttribute& attribute : xml.attributes()) {
      if (!attribute.name.ends_with(":id")) continue;
      const auto relation = by_id.find(std::string(attribute.value));
      if (relation == by_id.end()) continue;
      sheet.part = relation->second->part;
      sheet.has_cells = relation->second->kind == "worksheet";
    }
    if (sheet.has_cells ? archive_.Find(sheet.part) == nullptr : sheet.part.empty()) {
      return CannotMark(fmt::format("the sheet `{}` is not there", sheet.name), "");
    }
    sheets_.push_back(std::move(sheet));
    return absl::OkStatus();
  };
  const absl::StatusOr<std::string> same = PatchSmall(*bytes, OptionsFor(workbook_), read);
  if (!same.ok()) return same.status();
  if (archive_.Find(kXlsxContentTypes) == nullptr) return CannotMark("it has no list of types", "");
  if (!is_workbook || sheets_.empty()) {
    return CannotMark("it has no list of sheets that can be read",
                      "save it as .xlsx with a spreadsheet program");
  }
  return absl::OkStatus();
}

std::string MarkedPackage::NewName(std::string_view begin, std::string_view end) {
  for (size_t number = 1;; ++number) {
    std::string name = fmt::format("{}{}{}", begin, number, end);
    std::string key = ZipNameKey(name);
    if (archive_.Find(name) != nullptr ||
        std::find(new_names_.begin(), new_names_.end(), key) != new_names_.end()) {
      continue;
    }
    new_names_.push_back(std::move(key));
    return name;
  }
}

absl::StatusOr<std::string> MarkedPackage::NewTitle(std::string_view title) const {
  if (title.empty() || Utf16Units(title) > kLongestTitle || FirstNonXmlChar(title).has_value() ||
      title.find_first_of("[]:*?/\\\r\n\t") != std::string_view::npos || title.front() == '\'' ||
      title.back() == '\'') {
    return CannotPut(fmt::format("no sheet can be called `{}`", title),
                     "take a name of at most 31 characters without []:*?/\\");
  }
  const auto is_taken = [this](const std::string& name) {
    const std::string key = FoldCase(name);
    return std::any_of(sheets_.begin(), sheets_.end(),
                       [&key](const Sheet& sheet) { return FoldCase(sheet.name) == key; });
  };
  std::string name(title);
  for (size_t number = 2; is_taken(name); ++number) {
    const std::string end = fmt::format(" {}", number);
    std::string_view begin = title;
    while (Utf16Units(begin) + end.size() > kLongestTitle) {
      // Back to where a character begins.
      do begin.remove_suffix(1);
      while (FirstInvalidUtf8(begin).has_value());
    }
    name = std::string(begin).append(end);
  }
  return name;
}

absl::StatusOr<std::vector<std::string>> MarkedPackage::NewIds(std::string_view part,
                                                               size_t count) const {
  // Also those that lead out of the workbook.
  absl::flat_hash_set<std::string> taken;
  const std::string own = XlsxRelationsPart(part);
  if (archive_.Find(own) != nullptr) {
    const absl::StatusOr<std::string> bytes = ReadPart(own);
    if (!bytes.ok()) return bytes.status();
    const auto read = [&taken](XmlPatcher* patcher, bool begins) {
      if (begins) taken.insert(ZipNameKey(AttributeOf(patcher->xml(), "Id")));
      return absl::OkStatus();
    };
    const absl::StatusOr<std::string> same = PatchSmall(*bytes, OptionsFor(own), read);
    if (!same.ok()) return same.status();
  }
  std::vector<std::string> ids;
  for (size_t number = 1; ids.size() < count; ++number) {
    std::string id = fmt::format("rId{}", number);
    if (!taken.contains(ZipNameKey(id))) ids.push_back(std::move(id));
  }
  return ids;
}

absl::StatusOr<std::string> MarkedPackage::WorkbookWith(std::string_view title, std::string_view id,
                                                        std::string_view filter) const {
  const absl::StatusOr<std::string> bytes = ReadPart(workbook_);
  if (!bytes.ok()) return bytes.status();
  if (last_sheet_id_ >= kLargestSheetId) {
    return CannotMark("its sheets have the largest number that there is",
                      "copy its sheets into a new workbook");
  }
  std::string prefix;
  bool is_put = false;  // the sheet
  bool are_names_put = has_names_;
  bool is_name_put = false;
  // The name of the filter's range is one of those that programs keep for themselves.
  const auto name = [&] {
    is_name_put = true;
    return fmt::format(
        "<{0}definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"0\" hidden=\"1\">{1}</{0}"
        "definedName>",
        prefix, XmlText(fmt::format("{}!{}", QuotedSheetName(title), filter)));
  };
  const auto names = [&] {
    are_names_put = true;
    return fmt::format("<{0}definedNames>{1}</{0}definedNames>", prefix, name());
  };
  const auto patch = [&](XmlPatcher* patcher, bool begins) {
    const XmlReader& xml = patcher->xml();
    const std::string_view local = LocalName(xml.name());
    if (xml.depth() == 1 && begins) prefix = XmlPrefix(xml.name());
    if (xml.depth() == 1 && !begins && !are_names_put) return patcher->PutBefore(names());
    if (xml.depth() == 2 && !begins && local == "definedNames" && !is_name_put) {
      return patcher->PutBefore(name());
    }
    if (!begins) return absl::OkStatus();
    std::string before;
    if (xml.depth() == 2 && is_put && !are_names_put &&
        std::find(kBeforeNames.begin(), kBeforeNames.end(), local) == kBeforeNames.end()) {
      before = names();
    }
    if (local == "workbookView" && xml.depth() == 3) {
      std::string tag(patcher->Bytes());
      for (const std::string_view which : {"activeTab", "firstSheet"}) {
        const std::string_view number = OwnAttribute(xml, which);
        if (!number.empty() && number != "0") tag = WithXmlAttribute(tag, which, "0");
      }
      return tag == patcher->Bytes() ? absl::OkStatus() : patcher->Replace(tag);
    }
    if (local == "sheet" && xml.depth() == 3 && !is_put) {
      is_put = true;
      return patcher->PutBefore(
          fmt::format("<{}sheet xmlns:r=\"{}\" name=\"{}\" sheetId=\"{}\" r:id=\"{}\"/>", prefix,
                      is_strict_ ? kStrictRelationBase : kRelationBase, XmlText(title),
                      last_sheet_id_ + 1, id));
    }
    if (local == "definedNames" && xml.depth() == 2 && patcher->IsEmptyTag()) {
      return patcher->Fill(patcher->Bytes(), name());
    }
    if (local == "definedName") {
      // Sheets are counted here, and there is one more before all.
      uint64_t sheet = 0;
      const bool is_local = absl::SimpleAtoi(ToAbsl(OwnAttribute(xml, "localSheetId")), &sheet);
      std::string tag(patcher->Bytes());
      if (is_local) tag = WithXmlAttribute(tag, "localSheetId", fmt::format("{}", sheet + 1));
      if (xml.depth() == 3 && !is_name_put) before = name();
      return patcher->Replace(before + tag);
    }
    return before.empty() ? absl::OkStatus() : patcher->PutBefore(before);
  };
  return PatchSmall(*bytes, OptionsFor(workbook_), patch);
}

absl::StatusOr<std::string> MarkedPackage::RelationsWith(
    std::string_view from, const std::vector<NewRelation>& more) const {
  const std::string own = XlsxRelationsPart(from);
  std::string bytes =
      "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships "
      "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
  if (archive_.Find(own) != nullptr) {
    absl::StatusOr<std::string> read = ReadPart(own);
    if (!read.ok()) return read.status();
    bytes = *std::move(read);
  }
  std::string prefix;
  return PatchSmall(bytes, OptionsFor(own), [&](XmlPatcher* patcher, bool begins) {
    if (patcher->xml().depth() != 1) return absl::OkStatus();
    if (begins) prefix = XmlPrefix(patcher->xml().name());
    std::string relations;
    for (const NewRelation& relation : more) {
      relations += fmt::format("<{}Relationship Id=\"{}\" Type=\"{}\" Target=\"{}\"/>", prefix,
                               relation.id, RelationType(relation.kind, is_strict_),
                               XmlText(RelativeTarget(from, relation.part)));
    }
    return PutAtEnd(patcher, begins, relations);
  });
}

absl::StatusOr<std::string> MarkedPackage::ContentTypesWith(
    const std::vector<NewPart>& more) const {
  absl::StatusOr<std::string> bytes = ReadPart(kXlsxContentTypes);
  if (!bytes.ok()) return bytes.status();
  std::string prefix;
  std::string drawing_type;
  return PatchSmall(*bytes, OptionsFor(kXlsxContentTypes), [&](XmlPatcher* patcher, bool begins) {
    const XmlReader& xml = patcher->xml();
    if (begins && xml.depth() == 1) prefix = XmlPrefix(xml.name());
    if (begins && LocalName(xml.name()) == "Default" &&
        ZipNameKey(OwnAttribute(xml, "Extension")) == kDrawingEnd) {
      drawing_type = OwnAttribute(xml, "ContentType");
    }
    if (xml.depth() != 1 || (begins && !patcher->IsEmptyTag())) return absl::OkStatus();
    std::string types;
    for (const NewPart& part : more) {
      // Drawings have one type for all in all programs.
      if (ExtensionOf(part.name) == kDrawingEnd && drawing_type.empty()) {
        drawing_type = part.type;
        types += fmt::format("<{}Default Extension=\"{}\" ContentType=\"{}\"/>", prefix,
                             kDrawingEnd, part.type);
      }
      if (ExtensionOf(part.name) == kDrawingEnd && drawing_type == part.type) continue;
      types += fmt::format("<{}Override PartName=\"/{}\" ContentType=\"{}\"/>", prefix,
                           XmlText(part.name), part.type);
    }
    return PutAtEnd(patcher, begins, types);
  });
}

}  // namespace puente::text
