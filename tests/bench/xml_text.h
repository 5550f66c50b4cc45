// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Writes the XML of generated files in the styles that real publishers have.

#ifndef PUENTE_TESTS_BENCH_XML_TEXT_H_
#define PUENTE_TESTS_BENCH_XML_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace puente::bench {

/// How a publisher lays out its XML.
struct XmlStyle {
  /// Indent of one level; no line breaks between elements when `lines` is false.
  std::string indent = "  ";
  bool lines = true;
  /// Lines end with CR LF.
  bool carriage_return = false;
  char quote = '"';
  /// `<a></a>` for `<a/>`.
  bool long_empty = false;
  /// Characters beyond ASCII as references in texts.
  bool ascii = false;
};

/// XML in the making. Names are trusted and must live as long as the element is open; texts are
/// escaped.
class XmlText {
 public:
  /// The bytes so far; take them away between elements at will.
  std::string& bytes() { return out_; }
  size_t size() const { return out_.size(); }
  void set_style(const XmlStyle& style) { style_ = style; }
  const XmlStyle& style() const { return style_; }

  void Begin(std::string_view name) {
    CloseTag();
    NewLine();
    out_ += '<';
    out_ += name;
    open_.push_back({name, false});
    in_tag_ = true;
  }
  void Attribute(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += name;
    out_ += '=';
    out_ += style_.quote;
    Escape(value, true);
    out_ += style_.quote;
  }
  void Text(std::string_view text) {
    CloseTag();
    open_.back().has_text = true;
    Escape(text, false);
  }
  /// Markup that is a text: CDATA, references.
  void Raw(std::string_view markup) {
    CloseTag();
    open_.back().has_text = true;
    out_ += markup;
  }
  void End() {
    const Open open = open_.back();
    open_.pop_back();
    if (in_tag_ && !style_.long_empty) {
      out_ += "/>";
      in_tag_ = false;
      return;
    }
    const bool is_empty = in_tag_;
    CloseTag();
    if (!open.has_text && !is_empty) NewLine();
    out_ += "</";
    out_ += open.name;
    out_ += '>';
  }
  /// A comment on a line of its own, or inside a text.
  void Comment(std::string_view text) {
    CloseTag();
    if (!open_.back().has_text) NewLine();
    out_ += "<!--";
    out_ += text;
    out_ += "-->";
  }
  void Instruction(std::string_view text) {
    CloseTag();
    NewLine();
    out_ += "<?";
    out_ += text;
    out_ += "?>";
  }
  /// An element that has attributes only, or a text only.
  void Empty(std::string_view name, std::string_view attribute, std::string_view value) {
    Begin(name);
    Attribute(attribute, value);
    End();
  }
  void Leaf(std::string_view name, std::string_view text) {
    Begin(name);
    if (!text.empty()) Text(text);
    End();
  }

 private:
  struct Open {
    std::string_view name;
    bool has_text;
  };

  void CloseTag() {
    if (!in_tag_) return;
    out_ += '>';
    in_tag_ = false;
  }
  void NewLine() {
    if (!style_.lines) return;
    out_ += style_.carriage_return ? "\r\n" : "\n";
    for (size_t i = 0; i < open_.size(); ++i) out_ += style_.indent;
  }
  void Escape(std::string_view text, bool attribute);

  std::string out_;
  std::vector<Open> open_;
  XmlStyle style_;
  bool in_tag_ = false;
};

}  // namespace puente::bench

#endif  // PUENTE_TESTS_BENCH_XML_TEXT_H_
