// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Comments of a sheet: their texts. Internal to the marker.
#include "core/text/xlsx_marker_comments.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/base/utf8.h"
#include "core/text/xlsx_cell.h"
#include "core/text/xlsx_marker_patch.h"
#include "core/text/xlsx_names.h"
#include "core/text/xlsx_text.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

constexpr std::string_view kAuthor = "Puente";
// Between a comment that was there and ours.
constexpr std::string_view kLine = "\n----------\n";
// Authors of comments that stand for a conversation.
constexpr std::string_view kConversation = "tc=";
constexpr std::string_view kEllipsis = "…";

/// The longest beginning of a text that has at most so many units of UTF-16.
std::string Clipped(std::string_view text, size_t most) {
  if (Utf16Units(text) <= most) return std::string(text);
  if (most == 0) return std::string();
  size_t units = 1;  // the ellipsis
  size_t size = 0;
  while (size < text.size()) {
    const Utf8Char next = DecodeUtf8(text.substr(size));
    units += next.code_point > 0xFFFF ? 2 : 1;
    if (units > most) break;
    size += next.size;
  }
  return std::string(text.substr(0, size)).append(kEllipsis);
}

/// Our text as XML.
std::string TextXml(std::string_view text) {
  std::string xml;
  // That it is UTF-8 was looked at before.
  AppendXlsxText(text, &xml);
  return xml;
}

std::string RunXml(std::string_view prefix, std::string_view text) {
  return fmt::format(
      "<{0}r><{0}rPr><{0}sz val=\"9\"/><{0}color "
      "indexed=\"81\"/><{0}rFont val=\"Tahoma\"/>"
      "<{0}family val=\"2\"/></{0}rPr><{0}t "
      "xml:space=\"preserve\">{1}</{0}t></{0}r>",
      prefix, TextXml(text));
}

std::string CommentXml(std::string_view prefix, const MarkedCell& cell, size_t author,
                       std::span<const XlsxMark* const> marks) {
  return fmt::format(
      "<{0}comment ref=\"{1}\" "
      "authorId=\"{2}\"><{0}text>{3}</{0}text></{0}comment>",
      prefix, XlsxCellName(cell.column, cell.row), author,
      RunXml(prefix, Clipped(CommentText(cell, marks), kXlsxLongestText)));
}

/// Goes through the comments that there are.
class CommentsPatcher {
 public:
  CommentsPatcher(XmlPatcher* patcher, const MarkedSheet& sheet,
                  std::span<const XlsxMark* const> marks)
      : patcher_(*patcher),
        xml_(patcher->xml()),
        sheet_(sheet),
        marks_(marks),
        was_there_(sheet.cells.size()) {}

  absl::StatusOr<PatchedComments> Run() {
    while (true) {
      const absl::StatusOr<XmlEvent> event = patcher_.Next();
      if (!event.ok()) return event.status();
      if (*event == XmlEvent::kEndOfDocument) break;
      absl::Status status;
      if (*event == XmlEvent::kStart) status = Begin();
      if (*event == XmlEvent::kText) TakeText();
      if (*event == XmlEvent::kEnd) status = End();
      if (!status.ok()) return status;
    }
    if (!is_list_done_) return CannotMark("its part of comments has none", "");
    if (absl::Status status = patcher_.Finish(); !status.ok()) return status;
    return std::move(done_);
  }

 private:
  // How deep the elements stand.
  static constexpr size_t kListDepth = 2;
  static constexpr size_t kCommentDepth = 3;
  static constexpr size_t kTextDepth = 4;
  static constexpr size_t kPieceDepth = 5;

  absl::Status Begin() {
    const std::string_view name = LocalName(xml_.name());
    if (xml_.depth() == 1) {
      prefix_ = XmlPrefix(xml_.name());
      if (name != "comments") return CannotMark("its part of comments is something else", "");
    } else if (xml_.depth() == kListDepth && patcher_.IsEmptyTag()) {
      if (name == "authors") {
        author_ = 0;
        has_authors_ = true;
        return patcher_.Fill(patcher_.Bytes(), AuthorXml());
      }
      if (name == "commentList") return EndList(true);
    } else if (xml_.depth() == kCommentDepth && name == "author") {
      authors_.emplace_back();
    } else if (xml_.depth() == kCommentDepth && name == "comment") {
      FindCell();
    } else if (cell_ != nullptr && xml_.depth() == kTextDepth && name == "text") {
      if (!patcher_.IsEmptyTag()) return absl::OkStatus();
      return patcher_.Fill(patcher_.Bytes(), RunXml(prefix_, TakeOurs()));
    } else if (cell_ != nullptr && xml_.depth() == kPieceDepth) {
      return BeginPiece(name);
    } else if (xml_.depth() > kPieceDepth && name == "t") {
      is_counted_ = !in_phonetic_;
    }
    return absl::OkStatus();
  }

  absl::Status BeginPiece(std::string_view name) {
    in_phonetic_ = name == "rPh";
    if (name == "rPh" || name == "phoneticPr") return PutRun();
    if (name == "r") has_runs_ = true;
    if (name != "t") return absl::OkStatus();
    is_counted_ = true;
    const std::string tag = WithXmlAttribute(patcher_.Bytes(), "xml:space", "preserve");
    return patcher_.IsEmptyTag() ? patcher_.Fill(tag, TextXml(TakeOurs())) : patcher_.Replace(tag);
  }

  void TakeText() {
    if (xml_.depth() == kCommentDepth && !authors_.empty() && !has_authors_) {
      authors_.back() += xml_.text();
    }
    if (cell_ != nullptr && is_counted_) own_ += xml_.text();
  }

  absl::Status End() {
    const std::string_view name = LocalName(xml_.name());
    const bool is_empty_tag = patcher_.Bytes().empty();
    if (name == "t") is_counted_ = false;
    if (xml_.depth() == kPieceDepth) {
      in_phonetic_ = false;
      // A text without runs stays one.
      if (cell_ != nullptr && name == "t" && !is_empty_tag && !has_runs_) {
        return patcher_.PutBefore(TextXml(TakeOurs()));
      }
    } else if (xml_.depth() == kTextDepth && name == "text") {
      return is_empty_tag ? absl::OkStatus() : PutRun();
    } else if (xml_.depth() == kCommentDepth) {
      cell_ = nullptr;
    } else if (xml_.depth() == kListDepth && !is_empty_tag) {
      if (name == "authors") return EndAuthors();
      if (name == "commentList") return EndList(false);
    }
    return absl::OkStatus();
  }

  std::string AuthorXml() const {
    return fmt::format("<{0}author>{1}</{0}author>", prefix_, kAuthor);
  }

  absl::Status EndAuthors() {
    has_authors_ = true;
    const auto found = std::find(authors_.begin(), authors_.end(), kAuthor);
    author_ = static_cast<size_t>(found - authors_.begin());
    return found != authors_.end() ? absl::OkStatus() : patcher_.PutBefore(AuthorXml());
  }

  absl::Status EndList(bool is_empty_tag) {
    if (!has_authors_) return CannotMark("its comments have no authors", "");
    is_list_done_ = true;
    std::string comments;
    for (size_t i = 0; i < sheet_.cells.size(); ++i) {
      if (!sheet_.cells[i].has_text || was_there_[i]) continue;
      done_.is_new.push_back(i);
      comments += CommentXml(prefix_, sheet_.cells[i], author_, marks_);
    }
    return is_empty_tag ? patcher_.Fill(patcher_.Bytes(), comments) : patcher_.PutBefore(comments);
  }

  /// Looks whether the comment that begins is one of a cell with marks.
  void FindCell() {
    has_runs_ = false;
    own_.clear();
    uint32_t column = 0;
    uint32_t row = 0;
    if (!ReadCellName(OwnAttribute(xml_, "ref"), &column, &row)) return;
    const auto found =
        std::lower_bound(sheet_.cells.begin(), sheet_.cells.end(), std::pair(row, column),
                         [](const MarkedCell& cell, const std::pair<uint32_t, uint32_t>& place) {
                           return std::pair(cell.row, cell.column) < place;
                         });
    if (found == sheet_.cells.end() || found->row != row || found->column != column ||
        !found->has_text) {
      return;
    }
    // Programs do not write two comments of one cell; a second one stays as it is.
    const auto number = static_cast<size_t>(found - sheet_.cells.begin());
    if (was_there_[number]) return;
    was_there_[number] = true;
    size_t author = 0;
    if (absl::SimpleAtoi(ToAbsl(OwnAttribute(xml_, "authorId")), &author) &&
        author < authors_.size() && authors_[author].starts_with(kConversation)) {
      ++done_.conversations;
      return;
    }
    done_.longer.push_back({number, std::string()});
    cell_ = &*found;
  }

  /// Our text for the comment that is read, with a line before it; it has it then.
  std::string TakeOurs() {
    const size_t units = std::min(Utf16Units(own_), kXlsxLongestText);
    const std::string ours =
        Clipped((own_.empty() ? "" : std::string(kLine)) + CommentText(*cell_, marks_),
                kXlsxLongestText - units);
    done_.longer.back().text = own_ + ours;
    cell_ = nullptr;
    return ours;
  }

  absl::Status PutRun() {
    if (cell_ == nullptr) return absl::OkStatus();
    return patcher_.PutBefore(RunXml(prefix_, TakeOurs()));
  }

  XmlPatcher& patcher_;
  const XmlReader& xml_;
  const MarkedSheet& sheet_;
  const std::span<const XlsxMark* const> marks_;
  std::vector<bool> was_there_;
  PatchedComments done_;
  std::string prefix_;
  std::vector<std::string> authors_;
  size_t author_ = 0;
  bool has_authors_ = false;
  bool is_list_done_ = false;
  // The cell of the comment that is read, while our text is not in it yet.
  const MarkedCell* cell_ = nullptr;
  bool has_runs_ = false;
  bool in_phonetic_ = false;
  bool is_counted_ = false;
  std::string own_;  // its text
};

}  // namespace

std::string CommentText(const MarkedCell& cell, std::span<const XlsxMark* const> marks) {
  size_t texts = 0;
  for (size_t i = cell.first_mark; i < cell.end_mark; ++i) texts += marks[i]->text.empty() ? 0 : 1;
  std::string text;
  for (size_t i = cell.first_mark; i < cell.end_mark; ++i) {
    std::string_view line = marks[i]->text;
    if (line.empty()) continue;
    if (!text.empty()) text += '\n';
    if (texts > 1) text += "• ";
    // What is cut anyhow need not be kept.
    if (text.size() > 4 * kXlsxLongestText) break;
    // Lines end in one way.
    while (!line.empty()) {
      const size_t end = line.find('\r');
      text += line.substr(0, end);
      if (end == std::string_view::npos) break;
      line.remove_prefix(end + 1);
      if (!line.starts_with('\n')) text += '\n';
    }
  }
  return text;
}

absl::StatusOr<PatchedComments> PatchComments(InputStream* part, const XmlReaderOptions& options,
                                              const MarkedSheet& sheet,
                                              std::span<const XlsxMark* const> marks,
                                              bool is_strict, OutputStream* output) {
  if (part != nullptr) {
    absl::StatusOr<std::unique_ptr<XmlPatcher>> patcher = XmlPatcher::Create(part, options, output);
    if (!patcher.ok()) return patcher.status();
    return CommentsPatcher(patcher->get(), sheet, marks).Run();
  }
  absl::Status status = output->Write(
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\" "
                  "standalone=\"yes\"?>\n<comments xmlns=\"{}\">"
                  "<authors><author>{}</author></authors><commentList>",
                  is_strict ? "http://purl.oclc.org/ooxml/spreadsheetml/main"
                            : "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                  kAuthor));
  PatchedComments done;
  for (size_t i = 0; i < sheet.cells.size() && status.ok(); ++i) {
    if (!sheet.cells[i].has_text) continue;
    done.is_new.push_back(i);
    status = output->Write(CommentXml("", sheet.cells[i], 0, marks));
  }
  if (status.ok()) status = output->Write("</commentList></comments>");
  if (!status.ok()) return status;
  return done;
}

}  // namespace puente::text
