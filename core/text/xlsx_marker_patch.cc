// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Changes a part of a workbook in places; every other byte of it stays.
// Internal to the marker and the repairer.
#include "core/text/xlsx_marker_patch.h"

#include <cstddef>
#include <utility>

#include "core/base/status.h"
#include "core/text/xlsx_names.h"
#include "core/text/zip_archive.h"
#include "fmt/format.h"

namespace puente::text {
namespace {

// What was read and not changed is written in portions of this size.
constexpr uint64_t kPortion = uint64_t{64} << 10;

bool IsXmlBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

class XmlPatcher::Tap final : public InputStream {
 public:
  explicit Tap(InputStream* input) : input_(*input) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    absl::StatusOr<size_t> got = input_.Read(buffer, size);
    if (got.ok()) kept_.append(buffer, *got);
    return got;
  }
  std::string_view Kept(uint64_t begin, uint64_t end) const {
    return std::string_view(kept_).substr(static_cast<size_t>(begin - begin_),
                                          static_cast<size_t>(end - begin));
  }
  void DropBefore(uint64_t offset) {
    if (offset - begin_ < 4 * kPortion) return;
    kept_.erase(0, static_cast<size_t>(offset - begin_));
    begin_ = offset;
  }
  uint64_t begin() const { return begin_; }
  uint64_t end() const { return begin_ + kept_.size(); }

 private:
  InputStream& input_;
  std::string kept_;
  uint64_t begin_ = 0;
};

absl::Status CannotMark(std::string_view why, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0345";
  detail.message = fmt::format("this workbook cannot be changed: {}", why);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::Status SheetDisorder(std::string_view what) {
  return CannotMark(fmt::format("{} is out of order", what),
                    "open it with a spreadsheet program, which may repair it, and save it anew");
}

std::string WithXmlAttribute(std::string_view tag, std::string_view name, std::string_view value) {
  size_t i = 1;
  while (i < tag.size() && !IsXmlBlank(tag[i]) && tag[i] != '/' && tag[i] != '>') ++i;
  while (true) {
    const size_t blank = i;
    while (i < tag.size() && IsXmlBlank(tag[i])) ++i;
    if (i >= tag.size() || tag[i] == '/' || tag[i] == '>') {
      return fmt::format("{} {}=\"{}\"{}", tag.substr(0, blank), name, value, tag.substr(i));
    }
    const size_t begin = i;
    while (i < tag.size() && !IsXmlBlank(tag[i]) && tag[i] != '=') ++i;
    const bool is_it = tag.substr(begin, i - begin) == name;
    while (i < tag.size() && tag[i] != '"' && tag[i] != '\'') ++i;
    const size_t end = i < tag.size() ? tag.find(tag[i], i + 1) : std::string_view::npos;
    // A tag that was read has it.
    if (end == std::string_view::npos) return std::string(tag);
    if (is_it) return fmt::format("{}\"{}\"{}", tag.substr(0, i), value, tag.substr(end + 1));
    i = end + 1;
  }
}

bool IsXmlTrue(std::string_view value) { return value == "1" || value == "true" || value == "on"; }

std::string XmlPrefix(std::string_view name) {
  return std::string(name.substr(0, name.size() - LocalName(name).size()));
}

XmlPatcher::XmlPatcher(std::unique_ptr<Tap> tap, std::unique_ptr<XmlReader> xml,
                       OutputStream* output)
    : tap_(std::move(tap)), xml_(std::move(xml)), output_(*output) {}

XmlPatcher::~XmlPatcher() = default;

absl::StatusOr<std::unique_ptr<XmlPatcher>> XmlPatcher::Create(InputStream* input,
                                                               const XmlReaderOptions& options,
                                                               OutputStream* output) {
  auto tap = std::make_unique<Tap>(input);
  absl::StatusOr<std::unique_ptr<XmlReader>> xml = XmlReader::Create(tap.get(), options);
  if (!xml.ok()) return xml.status();
  return std::unique_ptr<XmlPatcher>(new XmlPatcher(std::move(tap), *std::move(xml), output));
}

absl::StatusOr<XmlEvent> XmlPatcher::Next() {
  const XmlEvent event = xml_->Step();
  if (event == XmlEvent::kError) return xml_->status();
  if (!is_checked_) {
    is_checked_ = true;
    const std::string encoding = ZipNameKey(xml_->encoding());
    // UTF-16 may also say nothing of itself.
    const bool has_zero = tap_->Kept(0, 2).find('\0') != std::string_view::npos;
    if (has_zero || (encoding != "utf-8" && encoding != "us-ascii")) {
      return CannotMark(fmt::format("it has a part in {}, and not in UTF-8",
                                    has_zero ? std::string_view("UTF-16") : xml_->encoding()),
                        "open it with a spreadsheet program and save it anew");
    }
  }
  if (!is_held_ && event != XmlEvent::kEndOfDocument && xml_->offset() - copied_ >= kPortion) {
    if (absl::Status status = CopyUpTo(xml_->offset()); !status.ok()) return status;
  }
  return event;
}

std::string_view XmlPatcher::Bytes() const {
  return xml_->offset() < tap_->begin() ? std::string_view()
                                        : tap_->Kept(xml_->offset(), xml_->end_offset());
}

absl::Status XmlPatcher::CopyUpTo(uint64_t offset) {
  if (offset <= copied_) return absl::OkStatus();
  absl::Status status = output_.Write(tap_->Kept(copied_, offset));
  copied_ = offset;
  tap_->DropBefore(offset);
  return status;
}

absl::Status XmlPatcher::PutBefore(std::string_view bytes) {
  if (absl::Status status = CopyUpTo(xml_->offset()); !status.ok()) return status;
  return output_.Write(bytes);
}

absl::Status XmlPatcher::Replace(std::string_view bytes) {
  if (absl::Status status = PutBefore(bytes); !status.ok()) return status;
  copied_ = xml_->end_offset();
  return absl::OkStatus();
}

absl::Status XmlPatcher::Fill(std::string_view tag, std::string_view content) {
  size_t end = tag.size() - 2;
  while (end > 0 && IsXmlBlank(tag[end - 1])) --end;
  return Replace(fmt::format("{}>{}</{}>", tag.substr(0, end), content, xml_->name()));
}

absl::Status XmlPatcher::Hold() {
  absl::Status status = CopyUpTo(xml_->offset());
  is_held_ = true;
  return status;
}

std::string_view XmlPatcher::Held(uint64_t begin, uint64_t end) const {
  return tap_->Kept(begin, end);
}

absl::Status XmlPatcher::ReplaceHeld(std::string_view bytes) {
  is_held_ = false;
  copied_ = xml_->end_offset();
  return output_.Write(bytes);
}

absl::Status XmlPatcher::Finish() {
  while (true) {
    const absl::StatusOr<XmlEvent> event = Next();
    if (!event.ok()) return event.status();
    if (*event == XmlEvent::kEndOfDocument) return CopyUpTo(tap_->end());
  }
}

}  // namespace puente::text
