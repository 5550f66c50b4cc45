// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What there is of a workbook beside its rows, to put rows into it again.
#include "core/text/xlsx_shell.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/status.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_parts.h"
#include "core/text/xlsx_text.h"
#include "core/text/zip_archive.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr std::string_view kContentTypes = "[Content_Types].xml";

/// Reads from a stream, and keeps what was read until it is dropped.
class Tap final : public InputStream {
 public:
  explicit Tap(InputStream* input) : input_(*input) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    absl::StatusOr<size_t> got = input_.Read(buffer, size);
    if (got.ok()) kept_.append(buffer, *got);
    return got;
  }
  /// Drops what is before an offset; now or later.
  void DropBefore(uint64_t offset) {
    constexpr uint64_t kWorthwhile = uint64_t{1} << 20;
    if (offset - begin_ < kWorthwhile) return;
    kept_.erase(0, static_cast<size_t>(offset - begin_));
    begin_ = offset;
  }
  /// What is between offsets that were not dropped.
  std::string_view Kept(uint64_t begin, uint64_t end) const {
    return std::string_view(kept_).substr(static_cast<size_t>(begin - begin_),
                                          static_cast<size_t>(end - begin));
  }
  uint64_t end() const { return begin_ + kept_.size(); }

 private:
  InputStream& input_;
  std::string kept_;
  uint64_t begin_ = 0;
};

/// Two texts, one after the other.
class TwoTexts final : public InputStream {
 public:
  TwoTexts(std::string_view first, std::string_view second) : first_(first), second_(second) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    const absl::StatusOr<size_t> got = first_.Read(buffer, size);
    return *got > 0 ? got : second_.Read(buffer, size);
  }

 private:
  StringInput first_;
  StringInput second_;
};

bool IsUtf8(std::string_view encoding) { return ZipNameKey(encoding) == "utf-8"; }

absl::StatusOr<std::vector<XlsxRelation>> RelationsIn(const std::string& bytes,
                                                      std::string_view from) {
  StringInput input(bytes);
  absl::StatusOr<std::unique_ptr<XmlReader>> xml = XmlReader::Create(&input, {});
  if (!xml.ok()) return xml.status();
  return ReadXlsxRelations(xml->get(), from);
}

/// The parts of a shell by name, letters of either case.
class Parts {
 public:
  explicit Parts(XlsxShell* shell) {
    for (XlsxPart& part : shell->parts) by_name_.try_emplace(ZipNameKey(part.name), &part);
  }
  XlsxPart* Find(std::string_view name) const {
    const auto found = by_name_.find(ZipNameKey(name));
    return found == by_name_.end() ? nullptr : found->second;
  }

 private:
  absl::flat_hash_map<std::string, XlsxPart*> by_name_;
};

absl::Status NoWorkbook(std::string what) {
  return CannotPut(fmt::format("the parts beside the rows are not those of a workbook: {}", what),
                   "write a new workbook");
}

/// The parts of the relations' kinds that change.
struct Changing {
  std::string relations;
  std::string texts;
  bool is_strict = false;
  std::vector<std::string> orders;  // of computing; keys of names
};

/// Takes the parts that are to go out of the relations and the content types.
absl::Status CutOrders(const Parts& parts, std::string_view workbook, const Changing& changing) {
  const auto goes = [&changing](std::string_view part) {
    return std::find(changing.orders.begin(), changing.orders.end(), ZipNameKey(part)) !=
           changing.orders.end();
  };
  XlsxPart* const relations = parts.Find(changing.relations);
  absl::StatusOr<std::string> left = CutXmlElements(relations->bytes, [&](const XmlReader& xml) {
    return LocalName(xml.name()) == "Relationship" &&
           AttributeOf(xml, "TargetMode") != "External" &&
           goes(ResolveXlsxPart(workbook, AttributeOf(xml, "Target")));
  });
  if (!left.ok()) return left.status();
  relations->bytes = *std::move(left);
  XlsxPart* const types = parts.Find(kContentTypes);
  left = CutXmlElements(types->bytes, [&](const XmlReader& xml) {
    return LocalName(xml.name()) == "Override" &&
           goes(ResolveXlsxPart("", AttributeOf(xml, "PartName")));
  });
  if (!left.ok()) return left.status();
  types->bytes = *std::move(left);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<XlsxSheetShell>> ReadSheetShell(InputStream* part,
                                                             const XmlReaderOptions& options,
                                                             uint64_t max_bytes,
                                                             std::string* prefix,
                                                             ShellFault* fault) {
  const auto refuse = [fault](ShellFault why) -> std::optional<XlsxSheetShell> {
    if (fault != nullptr) *fault = why;
    return std::nullopt;
  };
  constexpr size_t kRowsDepth = 2;
  constexpr std::string_view kRowsName = "sheetData";
  Tap tap(part);
  absl::StatusOr<std::unique_ptr<XmlReader>> created = XmlReader::Create(&tap, options);
  if (!created.ok()) return created.status();
  XmlReader& xml = **created;
  XlsxSheetShell shell;
  enum class Where { kBefore, kWithin, kAfter } where = Where::kBefore;
  std::string end_tag;
  uint64_t after_begin = 0;
  while (true) {
    const XmlEvent event = xml.Step();
    if (event == XmlEvent::kError) return xml.status();
    if (event == XmlEvent::kEndOfDocument) break;
    // Of a sheet there may be millions of names: the end of one is looked at first.
    const bool is_rows = (event == XmlEvent::kStart || event == XmlEvent::kEnd) &&
                         xml.name().ends_with(kRowsName) && LocalName(xml.name()) == kRowsName;
    if (is_rows && event == XmlEvent::kStart) {
      if (where != Where::kBefore || xml.depth() != kRowsDepth) return refuse(ShellFault::kRows);
      if (!IsUtf8(xml.encoding())) return refuse(ShellFault::kEncoding);
      where = Where::kWithin;
      shell.before = tap.Kept(0, xml.end_offset());
      const std::string_view name = xml.name();
      if (prefix != nullptr) *prefix = name.substr(0, name.size() - LocalName(name).size());
      if (shell.before.ends_with("/>")) {
        shell.before.replace(shell.before.size() - 2, 2, ">");
        end_tag = fmt::format("</{}>", name);
      }
    } else if (is_rows) {
      where = Where::kAfter;
      after_begin = xml.offset();
    }
    if (where == Where::kBefore && xml.end_offset() > max_bytes) {
      return refuse(ShellFault::kTooLarge);
    }
    if (where == Where::kWithin) tap.DropBefore(xml.end_offset());
    if (where == Where::kAfter && xml.end_offset() - after_begin > max_bytes) {
      return refuse(ShellFault::kTooLarge);
    }
  }
  if (where != Where::kAfter) return refuse(ShellFault::kRows);
  shell.after = end_tag;
  shell.after.append(tap.Kept(after_begin, tap.end()));
  if (shell.before.size() + shell.after.size() > max_bytes) return refuse(ShellFault::kTooLarge);
  return shell;
}

absl::StatusOr<std::string> CheckSheetShell(const XlsxSheetShell& shell) {
  TwoTexts input(shell.before, shell.after);
  std::string prefix;
  const absl::StatusOr<std::optional<XlsxSheetShell>> read =
      ReadSheetShell(&input, {}, std::numeric_limits<uint64_t>::max(), &prefix);
  if (read.ok() && read->has_value() && (*read)->before == shell.before &&
      (*read)->after == shell.after) {
    return prefix;
  }
  return NoWorkbook(fmt::format("what stands around the rows of `{}` does not fit{}{}", shell.part,
                                read.ok() ? "" : ": ",
                                read.ok() ? "" : GetErrorDetail(read.status()).message));
}

absl::Status PrepareShellParts(XlsxShell* shell) {
  const Parts parts(shell);
  if (parts.Find(kContentTypes) == nullptr) return NoWorkbook("their list of types is missing");
  std::string workbook(kXlsxUsualWorkbook);
  if (const XlsxPart* const root = parts.Find(XlsxRelationsPart("")); root != nullptr) {
    const auto relations = RelationsIn(root->bytes, "");
    if (!relations.ok()) return relations.status();
    for (const XlsxRelation& relation : *relations) {
      if (relation.kind == "officeDocument") workbook = relation.part;
    }
  }
  Changing changing;
  changing.relations = XlsxRelationsPart(workbook);
  const XlsxPart* const own = parts.Find(changing.relations);
  if (parts.Find(workbook) == nullptr || own == nullptr) {
    return NoWorkbook("the list of sheets is missing");
  }
  const auto relations = RelationsIn(own->bytes, workbook);
  if (!relations.ok()) return relations.status();
  absl::flat_hash_set<std::string> unseen;
  for (const XlsxSheetShell& sheet : shell->sheets) unseen.insert(ZipNameKey(sheet.part));
  size_t sheets = 0;
  for (const XlsxRelation& relation : *relations) {
    if (relation.kind == "sharedStrings") {
      changing.texts = relation.part;
      changing.is_strict = relation.is_strict;
    } else if (relation.kind == "calcChain") {
      changing.orders.push_back(ZipNameKey(relation.part));
    } else if (relation.kind == "worksheet") {
      if (unseen.erase(ZipNameKey(relation.part)) > 0) {
        ++sheets;
      } else if (parts.Find(relation.part) == nullptr) {
        return NoWorkbook(fmt::format("the sheet `{}` is missing", relation.part));
      }
    }
  }
  if (sheets != shell->sheets.size()) return NoWorkbook("no relation leads to one of the sheets");
  if (!changing.orders.empty()) {
    if (absl::Status status = CutOrders(parts, workbook, changing); !status.ok()) return status;
  }
  if (!changing.texts.empty()) {
    XlsxPart none;
    none.name = changing.texts;
    none.bytes = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<sst xmlns=\"{}\" "
        "count=\"0\" uniqueCount=\"0\"/>",
        changing.is_strict ? "http://purl.oclc.org/ooxml/spreadsheetml/main"
                           : "http://schemas.openxmlformats.org/spreadsheetml/2006/main");
    XlsxPart* const there = parts.Find(changing.texts);
    if (there == nullptr) {
      shell->parts.push_back(std::move(none));
    } else {
      there->bytes = std::move(none.bytes);
    }
  }
  // Last, since it moves the parts.
  std::erase_if(shell->parts, [&changing](const XlsxPart& part) {
    return std::find(changing.orders.begin(), changing.orders.end(), ZipNameKey(part.name)) !=
           changing.orders.end();
  });
  return absl::OkStatus();
}

}  // namespace puente::text
