// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads XML in UTF-8 in place, out of a window over the input. Internal to the XML reader.

#ifndef PUENTE_CORE_TEXT_XML_SCANNER_H_
#define PUENTE_CORE_TEXT_XML_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/text/byte_stream.h"
#include "core/text/xml_expat_reader.h"
#include "core/text/xml_places.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// The engine of XmlReader. It takes what is whole, within the limits and well-formed beyond doubt.
/// At all else - a fault, a limit, a DOCTYPE, another encoding - it hands the rest of the input to
/// expat at the last place between two events, so that there is one judge and one set of messages.
///
/// Markup is looked at only when it lies in the window with its end; when it does not, the window
/// is filled by at least as much as is pending and the markup is looked at again from its
/// beginning, which takes linear time.
class XmlScanner {
 public:
  /// See XmlReader::Create.
  static absl::StatusOr<std::unique_ptr<XmlScanner>> Create(InputStream* input,
                                                            const XmlReaderOptions& options);
  ~XmlScanner();
  XmlScanner(const XmlScanner&) = delete;
  XmlScanner& operator=(const XmlScanner&) = delete;

  /// What XmlReader::Step has come to.
  const XmlEventData* event() const { return &event_; }
  /// Its place.
  XmlPosition position();
  /// The error that ended the reading.
  const absl::Status& status() const { return expat_ != nullptr ? expat_->status() : status_; }
  /// See XmlReader.
  std::string_view encoding() const { return expat_ != nullptr ? expat_->encoding() : encoding_; }
  /// See XmlReader.
  bool saw_doctype() const { return expat_ != nullptr && expat_->saw_doctype(); }
  /// See XmlReader.
  bool is_handed_over() const { return expat_ != nullptr; }

 private:
  friend class XmlReader;  // which drives it without a call between

  // Outcomes of a look at the input beside events: the end of the window came first; it is for
  // expat to judge; nothing there is an event.
  static constexpr int kMore = -1;
  static constexpr int kDoubt = -2;
  static constexpr int kAgain = -3;

  /// Where in the document the scanner is.
  enum class State : uint8_t { kHead, kBeforeRoot, kContent, kAfterRoot, kEnded, kFailed, kExpat };

  struct OpenElement {
    const char* name;  // in the window, or in names_
    size_t name_size;
    uint64_t offset;
    uint64_t line;  // 0 while the element begins in the window
  };

  /// The open elements, the root first. A vector, but for a push that is not a call.
  class OpenElements {
   public:
    size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const OpenElement& back() const { return elements_[size_ - 1]; }
    OpenElement& operator[](size_t index) { return elements_[index]; }
    const OpenElement* begin() const { return elements_.data(); }
    const OpenElement* end() const { return elements_.data() + size_; }
    void push_back(const OpenElement& element) {
      if (size_ == elements_.size()) [[unlikely]]
        elements_.resize(2 * size_ + 16);
      elements_[size_++] = element;
    }
    void pop_back() { --size_; }

   private:
    std::vector<OpenElement> elements_;
    size_t size_ = 0;
  };

  /// Bytes that have been read, then the rest of the stream or its error.
  class Rest;

  XmlScanner(InputStream* input, const XmlReaderOptions& options);

  // xml_scanner.cc: what most of the input is.
  int Scan();
  int ScanAgain();
  int ScanStart(const char* begin);
  int ScanEnd(const char* begin);
  int ScanEndSlowly(const char* begin, const OpenElement& open);
  int ScanText(const char* begin);
  bool HasDuplicate(size_t count);
  bool IsWithinLimits(size_t name_size, size_t count) const;
  int Outside();

  // xml_scanner_rare.cc: what is rare. A null pointer means that rare_ is the outcome.
  const char* LongName(const char* begin);
  const char* LongValue(const char* begin, char quote, std::string_view* value, bool* uses_scratch);
  const char* Reference(const char* begin, char** out);
  const char* Section(const char* begin, char** out);
  int JoinText(const char* begin);
  int Declaration(const char* begin);
  int Comment(const char* begin);
  int Instruction(const char* begin);
  bool KeepMarkupText(const char* begin, const char* end);
  bool Begins(const char* at, std::string_view word);
  char* Scratch();

  // xml_scanner_input.cc: the window, and expat.
  XmlEvent NextSlowly(int outcome);
  bool ReadProlog();
  int ReadHead();
  bool Refill();
  bool Reserve(size_t bytes);
  void SetPending(size_t size);
  void KeepOpen();
  void KeepEventPlace();
  bool IsPendingTooLong() const;
  int AtEndOfInput();
  XmlEvent HandOver();
  XmlEvent Fail(absl::Status status);
  void ClearEvent();

  int Outcome(const char* begin, const char* end, XmlEvent event) {
    event_.offset = places_.Offset(begin);
    event_.end_offset = places_.Offset(end);
    token_ = end;
    return static_cast<int>(event);
  }
  /// The outcome at a byte that is not what was wanted.
  int Stuck(const char* at) const { return at == end_ ? kMore : kDoubt; }
  bool IsFragmentEnd() const {
    return at_end_ && options_.fragment && open_.size() == prolog_depth_;
  }

  // What each event touches.
  XmlEventData event_;
  const char* token_ = nullptr;  // the first byte that is not part of an event yet
  const char* end_ = nullptr;    // the end of what has been read; a null is there
  State state_ = State::kHead;
  bool end_is_due_ = false;  // the kEnd of an empty-element tag
  int rare_ = kDoubt;
  OpenElements open_;
  std::vector<XmlAttribute> attributes_;
  XmlPlaces places_;
  size_t safe_size_ = 0;  // a tag up to this size keeps the limits of names and values

  XmlReaderOptions options_;
  InputStream* input_;
  absl::Status input_status_;  // of the stream: told when what was read is used up
  absl::Status status_;
  bool at_end_ = false;  // the stream has no more
  bool has_all_ = true;  // the window holds the input from its first byte on
  size_t prolog_depth_ = 0;
  std::string encoding_;

  std::unique_ptr<char[]> window_;
  size_t capacity_ = 0;
  size_t next_chunk_ = 0;
  XmlPosition event_place_;          // of an event whose bytes have left the window
  std::vector<char> names_;          // of open elements that begin before the window
  std::unique_ptr<char[]> scratch_;  // bytes of an event that differ from those of the input
  size_t scratch_capacity_ = 0;
  size_t scratch_size_ = 0;
  absl::flat_hash_set<std::string_view> attribute_names_;

  std::unique_ptr<Rest> rest_;
  std::unique_ptr<XmlExpatReader> expat_;
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_SCANNER_H_
