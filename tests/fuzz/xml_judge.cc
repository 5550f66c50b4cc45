// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What bare expat makes of a document: its leaves and nodes, independently of Puente's own reading.
#include "tests/fuzz/xml_judge.h"

#include <expat.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace puente::fuzz {
namespace {

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// An open element.
struct Frame {
  std::string path;
  bool preserve = false;
  bool has_elements = false;
  bool has_others = false;  // attributes, comments, instructions
  size_t real_texts = 0;
  std::vector<size_t> blank_texts;  // where they stand among the nodes
  bool in_text = false;
};

class Judge {
 public:
  explicit Judge(bool bare) : bare_(bare) { frames_.emplace_back(); }

  void Start(const XML_Char* name, const XML_Char** attributes) {
    EndText();
    Frame& above = frames_.back();
    above.has_elements = true;
    Frame frame;
    frame.path = Join(above.path, name);
    frame.preserve = above.preserve;
    std::vector<std::string> written;
    for (; *attributes != nullptr; attributes += 2) {
      Count(Join(frame.path, std::string("@") + attributes[0]), 1);
      frame.has_others = true;
      written.push_back(std::string(attributes[0]) + "=" + attributes[1]);
      if (std::string_view(attributes[0]) == "xml:space") {
        frame.preserve = std::string_view(attributes[1]) == "preserve";
      }
    }
    std::sort(written.begin(), written.end());
    std::string node = std::string("<") + name;
    for (const std::string& attribute : written) node += "\n" + attribute;
    out_.nodes.push_back(std::move(node));
    frames_.push_back(std::move(frame));
  }

  void End() {
    EndText();
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    const bool is_root = frames_.size() == 1 && !bare_;
    bool keeps_blanks = frame.real_texts > 0 || frame.preserve || !frame.has_elements;
    if (is_root) {
      out_.root_text_path = frame.path + "/text()";
      if (!frame.preserve && keeps_blanks) {
        out_.root_blanks = frame.blank_texts.size();
        keeps_blanks = false;
      }
    }
    if (!keeps_blanks) {
      for (const size_t at : frame.blank_texts) out_.nodes[at].clear();
    }
    const size_t texts = frame.real_texts + (keeps_blanks ? frame.blank_texts.size() : 0);
    if (texts > 0) {
      Count(frame.path + "/text()", texts);
    } else if (!frame.has_others && !frame.has_elements && frame.blank_texts.empty()) {
      Count(frame.path, 1);
    }
    out_.nodes.emplace_back(">");
  }

  void Text(std::string_view text) {
    if (!frames_.back().in_text) out_.nodes.emplace_back("T");
    frames_.back().in_text = true;
    out_.nodes.back() += text;
  }

  void Aside(const char* step, std::string node) {
    EndText();
    frames_.back().has_others = true;
    Count(Join(frames_.back().path, step), 1);
    out_.nodes.push_back(std::move(node));
  }

  JudgedXml Take() {
    std::erase_if(out_.nodes, [](const std::string& node) { return node.empty(); });
    return std::move(out_);
  }

 private:
  static std::string Join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string(name) : path + "/" + std::string(name);
  }
  void Count(const std::string& path, size_t count) {
    out_.longest_path = std::max(out_.longest_path, path.size());
    out_.leaves[path] += count;
  }
  void EndText() {
    Frame& frame = frames_.back();
    if (!frame.in_text) return;
    frame.in_text = false;
    if (IsBlank(std::string_view(out_.nodes.back()).substr(1))) {
      frame.blank_texts.push_back(out_.nodes.size() - 1);
    } else {
      ++frame.real_texts;
    }
  }

  const bool bare_;
  std::vector<Frame> frames_;
  JudgedXml out_;
};

}  // namespace

JudgedXml JudgeXml(std::string_view xml, bool bare) {
  Judge judge(bare);
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate(nullptr), &XML_ParserFree);
  XML_SetUserData(parser.get(), &judge);
  XML_SetElementHandler(
      parser.get(),
      [](void* self, const XML_Char* name, const XML_Char** attributes) {
        static_cast<Judge*>(self)->Start(name, attributes);
      },
      [](void* self, const XML_Char*) { static_cast<Judge*>(self)->End(); });
  XML_SetCharacterDataHandler(parser.get(), [](void* self, const XML_Char* text, int size) {
    static_cast<Judge*>(self)->Text({text, static_cast<size_t>(size)});
  });
  XML_SetCommentHandler(parser.get(), [](void* self, const XML_Char* text) {
    static_cast<Judge*>(self)->Aside("comment()", std::string("C") + text);
  });
  XML_SetProcessingInstructionHandler(
      parser.get(), [](void* self, const XML_Char* target, const XML_Char* data) {
        static_cast<Judge*>(self)->Aside("processing-instruction()",
                                         std::string("P") + target + "\n" + data);
      });
  const XML_Status status =
      XML_Parse(parser.get(), xml.data(), static_cast<int>(xml.size()), XML_TRUE);
  JudgedXml judged = judge.Take();
  if (status != XML_STATUS_OK) judged.error = XML_ErrorString(XML_GetErrorCode(parser.get()));
  return judged;
}

std::string NodeDifference(const JudgedXml& expected, const JudgedXml& actual) {
  const auto [a, b] = std::mismatch(expected.nodes.begin(), expected.nodes.end(),
                                    actual.nodes.begin(), actual.nodes.end());
  if (a == expected.nodes.end() && b == actual.nodes.end()) return "";
  return "node " + std::to_string(a - expected.nodes.begin()) + ":\n  " +
         (a == expected.nodes.end() ? "(end)" : *a) + "\n  " +
         (b == actual.nodes.end() ? "(end)" : *b);
}

}  // namespace puente::fuzz
