// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The part of the scanner that fills the window, begins documents and hands them to expat.

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/text/xml_pending.h"
#include "core/text/xml_scan.h"
#include "core/text/xml_scanner.h"

namespace puente::text {
namespace {

// The first read is small: many inputs are.
constexpr size_t kFirstChunkBytes = size_t{64} << 10;

// An XML declaration that is longer is for expat.
constexpr size_t kDeclarationBytes = 1024;

// Markup around a text.
constexpr uint64_t kMarkupBytes = 64;

constexpr size_t kFirstAttributes = 32;

bool IsUtf8Name(std::string_view encoding) {
  return absl::EqualsIgnoreCase(ToAbsl(encoding), "UTF-8");
}

/// Takes the parts of an XML declaration one after the other; strictly.
class DeclarationParts {
 public:
  explicit DeclarationParts(std::string_view text) : text_(text) {}

  /// Takes white space, `name`, `=` and a value in quotes.
  std::optional<std::string_view> Take(std::string_view name) {
    const std::string_view before = text_;
    if (SkipSpace() > 0 && text_.substr(0, name.size()) == name) {
      text_.remove_prefix(name.size());
      SkipSpace();
      if (text_.substr(0, 1) == "=") {
        text_.remove_prefix(1);
        SkipSpace();
        const char quote = text_.empty() ? '\0' : text_[0];
        const size_t end = quote == '"' || quote == '\'' ? text_.find(quote, 1) : text_.npos;
        if (end != text_.npos) {
          const std::string_view value = text_.substr(1, end - 1);
          text_.remove_prefix(end + 1);
          return value;
        }
      }
    }
    text_ = before;
    return std::nullopt;
  }

  /// True when nothing but white space is left.
  bool IsAtEnd() {
    SkipSpace();
    return text_.empty();
  }

 private:
  size_t SkipSpace() {
    const size_t size = std::min(text_.find_first_not_of(" \t\r\n"), text_.size());
    text_.remove_prefix(size);
    return size;
  }

  std::string_view text_;
};

bool IsVersion(std::string_view version) {
  return version.size() > 2 && version.substr(0, 2) == "1." &&
         version.find_first_not_of("0123456789", 2) == version.npos;
}

}  // namespace

class XmlScanner::Rest : public InputStream {
 public:
  Rest(std::string bytes, absl::Status status, InputStream* input)
      : bytes_(std::move(bytes)), status_(std::move(status)), input_(input) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (given_ < bytes_.size()) {
      const size_t n = std::min(size, bytes_.size() - given_);
      std::memcpy(buffer, bytes_.data() + given_, n);
      given_ += n;
      if (given_ == bytes_.size()) bytes_ = std::string(), given_ = 0;
      return n;
    }
    if (!status_.ok()) return status_;
    if (input_ == nullptr) return size_t{0};
    return input_->Read(buffer, size);
  }

 private:
  std::string bytes_;
  size_t given_ = 0;
  absl::Status status_;
  InputStream* input_;
};

XmlScanner::XmlScanner(InputStream* input, const XmlReaderOptions& options)
    : attributes_(kFirstAttributes),
      safe_size_(std::min(options.limits.name_bytes, options.limits.attribute_bytes)),
      options_(options),
      input_(input),
      encoding_(options.encoding_override.empty() ? "UTF-8" : options.encoding_override) {
  options_.chunk_bytes = std::max<size_t>(options_.chunk_bytes, 1);
  next_chunk_ = std::min(options_.chunk_bytes, kFirstChunkBytes);
}

XmlScanner::~XmlScanner() = default;

absl::StatusOr<std::unique_ptr<XmlScanner>> XmlScanner::Create(InputStream* input,
                                                               const XmlReaderOptions& options) {
  std::unique_ptr<XmlScanner> scanner(new XmlScanner(input, options));
  const std::string& encoding = options.encoding_override;
  bool is_ours = encoding.empty() || IsUtf8Name(encoding);
  if (is_ours && !options.prolog.empty()) is_ours = scanner->ReadProlog();
  if (options.prolog.empty() && options.fragment) is_ours = false;
  if (!is_ours) {
    absl::StatusOr<std::unique_ptr<XmlExpatReader>> expat = XmlExpatReader::Create(input, options);
    if (!expat.ok()) return expat.status();
    scanner->expat_ = *std::move(expat);
    scanner->state_ = State::kExpat;
  }
  return scanner;
}

bool XmlScanner::ReadProlog() {
  const std::string& prolog = options_.prolog;
  Reserve(std::max(prolog.size(), next_chunk_));
  std::memcpy(window_.get(), prolog.data(), prolog.size());
  SetPending(prolog.size());
  XmlPosition begin;
  begin.line = options_.prolog_line == 0 ? options_.start.line : options_.prolog_line;
  places_.Reset(begin, window_.get());
  at_end_ = true;
  int outcome = ReadHead();
  while (outcome >= 0 || outcome == kAgain) outcome = ScanAgain();
  // Anything but start tags that are whole is for expat to judge.
  if (outcome != kMore || token_ != end_ || state_ != State::kContent || open_.empty())
    return false;
  KeepOpen();
  prolog_depth_ = open_.size();
  at_end_ = false;
  end_is_due_ = false;
  event_ = XmlEventData();
  SetPending(0);
  places_.Reset(options_.start, window_.get());
  return true;
}

void XmlScanner::SetPending(size_t size) {
  token_ = window_.get();
  end_ = token_ + size;
  window_[size] = '\0';
}

bool XmlScanner::Reserve(size_t bytes) {
  if (bytes <= capacity_) return false;
  auto window = std::make_unique_for_overwrite<char[]>(bytes + kXmlScanSlack);
  if (token_ != nullptr) std::memcpy(window.get(), token_, static_cast<size_t>(end_ - token_));
  window_ = std::move(window);
  capacity_ = bytes;
  return true;
}

bool XmlScanner::Refill() {
  if (at_end_ || !input_status_.ok()) return false;
  const size_t pending = static_cast<size_t>(end_ - token_);
  if (token_ != window_.get()) {
    // Also at the very beginning, where there is no window.
    KeepOpen();
    KeepEventPlace();
    has_all_ = false;
  }
  const XmlPosition place = token_ == nullptr ? options_.start : places_.At(places_.Offset(token_));
  const size_t want = std::max(next_chunk_, pending);
  if (!Reserve(pending + want) && token_ != window_.get()) {
    std::memmove(window_.get(), token_, pending);
  }
  places_.Reset(place, window_.get());
  next_chunk_ = options_.chunk_bytes;
  size_t size = pending;
  while (size < pending + want) {
    const absl::StatusOr<size_t> got = input_->Read(window_.get() + size, pending + want - size);
    if (!got.ok()) {
      input_status_ = WithSource(got.status(), options_.source);
      break;
    }
    if (*got == 0) {
      at_end_ = true;
      break;
    }
    size += *got;
  }
  SetPending(size);
  return size > pending;
}

void XmlScanner::KeepOpen() {
  // Those of which the line is not known begin in the window; they are the last.
  size_t first = open_.size();
  size_t bytes = 0;
  while (first > 0 && open_[first - 1].line == 0) bytes += open_[--first].name_size;
  if (first == open_.size()) return;
  const char* const before = names_.data();
  const size_t kept =
      first == 0 ? 0
                 : static_cast<size_t>(open_[first - 1].name - before) + open_[first - 1].name_size;
  names_.resize(kept);
  names_.reserve(kept + bytes + kXmlScanSlack);
  XmlPosition place = places_.Before(open_[first].offset);
  for (size_t i = 0; i < open_.size(); ++i) {
    OpenElement& element = open_[i];
    if (i < first) {
      if (before == names_.data()) {
        i = first - 1;
      } else {
        element.name = names_.data() + (element.name - before);
      }
      continue;
    }
    places_.Advance(element.offset, &place);
    element.line = place.line;
    names_.insert(names_.end(), element.name, element.name + element.name_size);
    element.name = names_.data() + names_.size() - element.name_size;
  }
  places_.Remember(place);
}

void XmlScanner::KeepEventPlace() {
  if (event_.end_offset > 0 && event_.offset >= places_.begin()) {
    event_place_ = places_.At(event_.offset);
  }
}

XmlPosition XmlScanner::position() {
  if (event_.offset == event_place_.offset && event_.end_offset > 0 &&
      (expat_ != nullptr || event_.offset < places_.begin())) {
    return event_place_;
  }
  if (expat_ != nullptr) return expat_->position();
  return event_.end_offset == 0 ? XmlPosition() : places_.At(event_.offset);
}

int XmlScanner::ReadHead() {
  if (token_ == nullptr) return kMore;
  std::string_view head(token_, static_cast<size_t>(end_ - token_));
  constexpr size_t kMarkBytes = 4;
  if (head.size() < kMarkBytes && !at_end_) return kMore;
  const std::string_view first = head.substr(0, 2);
  if (first == "\xFE\xFF" || first == "\xFF\xFE" ||
      head.substr(0, kMarkBytes).find('\0') != head.npos) {
    return kDoubt;
  }
  const size_t mark = head.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  head.remove_prefix(mark);
  constexpr std::string_view kOpen = "<?xml";
  size_t declaration = 0;
  if (head.size() <= kOpen.size() && head == kOpen.substr(0, head.size())) {
    return at_end_ ? kDoubt : kMore;
  }
  if (head.substr(0, kOpen.size()) == kOpen && absl::ascii_isspace(head[kOpen.size()])) {
    const size_t end = head.substr(0, kDeclarationBytes).find("?>");
    if (end == head.npos) return head.size() < kDeclarationBytes && !at_end_ ? kMore : kDoubt;
    DeclarationParts parts(head.substr(kOpen.size(), end - kOpen.size()));
    const std::optional<std::string_view> version = parts.Take("version");
    const std::optional<std::string_view> encoding = parts.Take("encoding");
    const std::optional<std::string_view> standalone = parts.Take("standalone");
    if (!parts.IsAtEnd() || !IsVersion(version.value_or("")) ||
        !IsUtf8Name(encoding.value_or("UTF-8"))) {
      return kDoubt;
    }
    const std::string_view alone = standalone.value_or("no");
    if (alone != "no" && alone != "yes") return kDoubt;
    if (options_.encoding_override.empty() && encoding.has_value()) encoding_ = *encoding;
    declaration = end + 2;
  }
  // The mark has no column.
  XmlPosition begin = places_.At(places_.Offset(token_));
  begin.offset += mark;
  places_.Reset(begin, token_ + mark);
  token_ += mark + declaration;
  state_ = State::kBeforeRoot;
  return kAgain;
}

XmlEvent XmlScanner::NextSlowly(int outcome) {
  while (outcome < 0) {
    if (outcome == kMore) {
      if (IsPendingTooLong()) return HandOver();
      if (!Refill()) {
        if (!input_status_.ok()) return Fail(input_status_);
        outcome = AtEndOfInput();
        if (outcome == kMore) return HandOver();
        continue;
      }
    } else if (outcome == kDoubt) {
      return HandOver();
    } else if (state_ == State::kExpat) {
      return expat_->Next(&event_);
    } else if (state_ == State::kEnded) {
      ClearEvent();
      return XmlEvent::kEndOfDocument;
    } else if (state_ == State::kFailed) {
      ClearEvent();
      return XmlEvent::kError;
    }
    if (state_ == State::kHead) {
      outcome = ReadHead();
      if (outcome != kAgain) continue;
    }
    outcome = ScanAgain();
  }
  return static_cast<XmlEvent>(outcome);
}

int XmlScanner::AtEndOfInput() {
  const bool is_used_up =
      token_ == end_ || (state_ == State::kAfterRoot && token_ + 1 == end_ && *token_ == '\r');
  if (is_used_up &&
      (state_ == State::kAfterRoot || (state_ == State::kContent && IsFragmentEnd()))) {
    state_ = State::kEnded;
    return kAgain;
  }
  return state_ == State::kContent && IsFragmentEnd() && *token_ != '<' ? JoinText(token_) : kMore;
}

bool XmlScanner::IsPendingTooLong() const {
  const std::string_view pending(token_, static_cast<size_t>(end_ - token_));
  const Limits& limits = options_.limits;
  if (pending.substr(0, 1) == "<" && pending.substr(0, 3) != "<![") {
    return FindPendingExcess(pending, limits).has_value();
  }
  return pending.size() > kMarkupBytes && pending.size() - kMarkupBytes > limits.text_bytes;
}

XmlEvent XmlScanner::HandOver() {
  // A prolog may have names of later editions, which expat does not take.
  const bool is_whole = has_all_ && event_.end_offset == 0 && options_.prolog.empty();
  KeepEventPlace();
  XmlReaderOptions options = options_;
  const char* from = is_whole ? window_.get() : token_;
  std::string bytes(from, static_cast<size_t>(end_ - from));
  InputStream* input = at_end_ ? nullptr : input_;
  rest_ = std::make_unique<Rest>(std::move(bytes), input_status_, input);
  absl::StatusOr<std::unique_ptr<XmlExpatReader>> expat(nullptr);
  if (is_whole) {
    expat = XmlExpatReader::Create(rest_.get(), options);
  } else {
    KeepOpen();
    options.start = places_.At(places_.Offset(token_));
    // Outside the root element expat's place of a fault depends on where a small chunk ends.
    options.chunk_bytes = std::max(options.chunk_bytes, kFirstChunkBytes);
    XmlHandover handover;
    for (const OpenElement& element : open_) {
      handover.open.push_back({std::string_view(element.name, element.name_size), element.line});
    }
    handover.after_root = state_ == State::kAfterRoot;
    handover.prolog_depth = prolog_depth_;
    handover.encoding = encoding_;
    expat = XmlExpatReader::Continue(rest_.get(), options, handover);
  }
  if (!expat.ok()) return Fail(WithSource(expat.status(), options_.source));
  expat_ = *std::move(expat);
  state_ = State::kExpat;
  window_.reset();
  scratch_.reset();
  return expat_->Next(&event_);
}

XmlEvent XmlScanner::Fail(absl::Status status) {
  status_ = std::move(status);
  state_ = State::kFailed;
  ClearEvent();
  return XmlEvent::kError;
}

void XmlScanner::ClearEvent() {
  event_.name = event_.text = std::string_view();
  event_.is_blank = false;
  event_.attribute_count = 0;
  event_.depth = 0;
}

}  // namespace puente::text
