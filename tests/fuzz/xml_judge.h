// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What bare expat makes of a document: its leaves and nodes, independently of Puente's own reading.
#ifndef PUENTE_TESTS_FUZZ_XML_JUDGE_H_
#define PUENTE_TESTS_FUZZ_XML_JUDGE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/plugins/fake_host.h"

namespace puente::fuzz {

/// A document as expat sees it.
struct JudgedXml {
  /// Expat's words for the error; empty when the document is well-formed.
  std::string error;
  /// Leaves by path, as docs/spec/receipt.md defines them; white space beside other text in the
  /// root element is left out.
  testing::PathCounts leaves;
  /// Texts of white space alone that the root element has beside records or other text: the IATI
  /// plugin sets some of them aside (docs/formats/iati.md).
  size_t root_blanks = 0;
  /// `<root>/text()`.
  std::string root_text_path;
  /// Start tags with their attributes sorted, end tags, texts, comments and instructions in order,
  /// without layout: two documents with the same nodes are of the grade G1.
  std::vector<std::string> nodes;
  /// The longest path.
  size_t longest_path = 0;
};

/// Reads a document with expat. `bare`: the root element is a record itself, so that the exception
/// for white space in it does not hold.
JudgedXml JudgeXml(std::string_view xml, bool bare = false);

/// Whether the file may have names that only the fifth edition of XML allows; expat has the fourth.
inline bool MayHaveNewNames(std::string_view xml) {
  return xml.find("\xEF\xBB\xBF") != std::string_view::npos ||
         xml.find("\xF0\x9F\x98\x80") != std::string_view::npos;
}

/// Where two lists of nodes differ, in words; empty when they do not.
std::string NodeDifference(const JudgedXml& expected, const JudgedXml& actual);

}  // namespace puente::fuzz

#endif  // PUENTE_TESTS_FUZZ_XML_JUDGE_H_
