// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes XML fast, and refuses what XML cannot carry.

#ifndef PUENTE_CORE_TEXT_XML_WRITER_H_
#define PUENTE_CORE_TEXT_XML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "core/text/byte_stream.h"

namespace puente::text {

/// True when a text or an attribute's value can be written: UTF-8, and characters of XML 1.0 only.
bool CanWriteText(std::string_view text);

/// True when it can be the name of an element or an attribute: what the reader accepts as one.
bool CanWriteName(std::string_view name);

/// True when it can be a comment that reads the same: no `--`, no `-` at its end, no carriage
/// return.
bool CanWriteComment(std::string_view text);

/// True when it can be a processing instruction that reads the same: the target a name other than
/// `xml` in any case, no `?>` and no carriage return in the data, no white space at its beginning.
bool CanWriteProcessingInstruction(std::string_view target, std::string_view data);

/// A name that many elements or attributes have, looked at once.
class XmlName {
 public:
  explicit XmlName(std::string_view name);

  std::string_view name() const { return start_tag_.text().substr(1); }
  bool is_valid() const { return is_valid_; }

 private:
  friend class XmlWriter;

  // Text that is copied in one piece of fixed size where it is no longer than that.
  class Piece {
   public:
    static constexpr size_t kSize = 32;

    explicit Piece(const std::string& text)
        : bytes_(text + std::string(kSize, '\0')), size_(text.size()) {}
    std::string_view text() const { return std::string_view(bytes_).substr(0, size_); }
    const char* data() const { return bytes_.data(); }
    size_t size() const { return size_; }

   private:
    std::string bytes_;
    size_t size_;
  };

  Piece start_tag_;  // `<name`
  Piece end_tag_;    // `</name>`
  Piece attribute_;  // ` name="`
  bool is_valid_;
};

/// Writes UTF-8 through a buffer of its own. The caller decides on layout.
///
/// Every call either writes the whole of its node or, on an invalid-argument error (code PUE-0206),
/// nothing; writing may go on after such an error. A failed-precondition error is a call in the
/// wrong order: it writes nothing too. An error of the stream is final: each later call gives it
/// again.
class XmlWriter {
 public:
  /// Writes to `output`, which must outlive the writer. What is buffered is lost unless Flush is
  /// called at the end.
  explicit XmlWriter(OutputStream* output);
  XmlWriter(const XmlWriter&) = delete;
  XmlWriter& operator=(const XmlWriter&) = delete;

  /// Writes `<?xml version="1.0" encoding="UTF-8"?>`; as the first call only.
  absl::Status Declaration();

  /// Begins an element. Its attributes come next.
  absl::Status StartElement(std::string_view name);
  /// The same with a name that must outlive the element.
  absl::Status StartElement(const XmlName& name);

  /// Writes an attribute of the element that has just begun. A name that it has already is an
  /// invalid-argument error.
  absl::Status Attribute(std::string_view name, std::string_view value);
  /// The same with a name that must outlive the element.
  absl::Status Attribute(const XmlName& name, std::string_view value);

  /// Ends the innermost element: `<a/>` when nothing came after its attributes.
  absl::Status EndElement();

  /// Writes text inside the root element. An empty text writes nothing.
  absl::Status Text(std::string_view text);

  /// Writes a comment.
  absl::Status Comment(std::string_view text);

  /// Writes a processing instruction.
  absl::Status ProcessingInstruction(std::string_view target, std::string_view data);

  /// Writes a line feed and two spaces for each level of `depth`.
  absl::Status NewlineIndent(size_t depth);

  /// Writes bytes as they are. They must be balanced content; nothing is checked.
  absl::Status Raw(std::string_view bytes);

  /// These write an element piece by piece for a caller who keeps the order and knows that no
  /// attribute comes twice, in a fraction of the time: its beginning on a line of its own at a
  /// depth of the layout, attributes, then `/>`, or `>` and a text or elements with the end tag
  /// after them. They must stand where Text may be written. Names must be valid. Those that are
  /// bool are false, and write nothing, where XML cannot carry the text. An error of the stream is
  /// told later.
  void PlainLine(size_t depth) {
    CloseStartTag();
    if (depth > kFewLevels) {
      NewlineIndent(depth).IgnoreError();  // kept in status_
      return;
    }
    char* const to = Room(1 + 2 * kFewLevels);
    *to = '\n';
    std::memset(to + 1, ' ', 2 * kFewLevels);
    used_ += 1 + 2 * depth;
  }
  void PlainStart(const XmlName& name) {
    CloseStartTag();
    Put(name.start_tag_);
  }
  bool PlainAttribute(const XmlName& name, std::string_view value) {
    return PutAttribute(name.attribute_, value);
  }
  void PlainEmpty() { Put2('/', '>'); }
  void PlainContent() { PutChar('>'); }
  bool PlainContent(std::string_view text) { return PutText(true, text); }
  void PlainEnd(const XmlName& name) { Put(name.end_tag_); }
  /// The error of the stream, if there was one.
  const absl::Status& status() const { return status_; }

  /// Hands all that is buffered to the stream. A start tag that is still open stays so.
  absl::Status Flush();

  /// Bytes written so far, those in the buffer included.
  uint64_t bytes_written() const { return flushed_ + used_; }

  /// Elements that are open.
  size_t depth() const { return open_.size(); }

 private:
  static constexpr size_t kBufferBytes = size_t{256} << 10;
  static constexpr size_t kFewLevels = 12;

  // An element that is open.
  struct Open {
    const XmlName* known;  // or null
    size_t name_end;       // where its name ends in names_
  };

  absl::Status Refuse(std::string_view what, std::string_view text) const;
  absl::Status EmitBuffer();
  /// Room for `size` bytes, which must not be more than the buffer has. Where the stream fails
  /// there is room too, for what goes nowhere.
  char* Room(size_t size) {
    if (kBufferBytes - used_ < size) MakeRoom();
    return buffer_.get() + used_;
  }
  void MakeRoom();
  void Put(std::string_view bytes);
  void Put(const XmlName::Piece& piece) {
    if (piece.size() > XmlName::Piece::kSize) return Put(piece.text());
    std::memcpy(Room(XmlName::Piece::kSize), piece.data(), XmlName::Piece::kSize);
    used_ += piece.size();
  }
  void PutLong(std::string_view bytes);
  void PutChar(char c) {
    *Room(1) = c;
    ++used_;
  }
  void Put2(char a, char b) {
    char* const to = Room(2);
    to[0] = a;
    to[1] = b;
    used_ += 2;
  }
  template <bool kAttribute>
  bool PutShort(std::string_view text);
  template <bool kAttribute>
  void PutLongEscaped(std::string_view text);
  void BeginTag();
  void CloseStartTag() {
    if (!in_start_tag_) return;
    PutChar('>');
    in_start_tag_ = false;
  }
  bool IsNewAttribute(std::string_view name) const;
  void RememberAttribute(std::string_view name);
  bool PutText(bool closes_tag, std::string_view text);
  absl::Status RefuseAttribute(std::string_view name, std::string_view value) const;
  template <typename Begin>
  bool PutAttribute(const Begin& begin, std::string_view value);

  OutputStream* output_;
  std::unique_ptr<char[]> buffer_;
  size_t used_ = 0;
  uint64_t flushed_ = 0;
  absl::Status status_;
  bool in_start_tag_ = false;
  bool saw_root_ = false;
  std::vector<Open> open_;
  std::string names_;  // those of the open elements that are not known, one after the other
  std::vector<const XmlName*> known_attributes_;      // those of the open start tag
  std::string attributes_;                            // its other names
  std::vector<size_t> attribute_ends_;                // where each ends in attributes_
  absl::flat_hash_set<std::string> many_attributes_;  // the same, once there are many
  std::string attribute_begin_;                       // of the attribute that is written
};

}  // namespace puente::text

#endif  // PUENTE_CORE_TEXT_XML_WRITER_H_
