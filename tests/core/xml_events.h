// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Events of XML as lines of text, from our reader and from bare expat, for tests that compare them.

#ifndef PUENTE_TESTS_CORE_XML_EVENTS_H_
#define PUENTE_TESTS_CORE_XML_EVENTS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/text/xml_reader.h"

namespace puente::text {

/// What a document was read as.
struct XmlEvents {
  /// One line for each event: kind, place, name, attributes, text.
  std::vector<std::string> lines;
  /// The same without places and white space between the parts: `S name a=b`, `E name`, `T text`,
  /// `C text`, `P target|data`; of our reader only.
  std::vector<std::string> nodes;
  /// The error that ended the reading; OK at the end of the document.
  absl::Status status;
  /// Expat's error code, 0 for none; of bare expat only.
  int expat_code = 0;
  /// What is accepted by bare expat, but not by us: a DOCTYPE with a subset or a skipped entity.
  bool is_refused_by_policy = false;
  /// The DOCTYPE names a DTD; of bare expat only. It then drops unknown entities without a word.
  bool has_dtd = false;
};

/// Reads a document with our reader; the stream gives portions of `portion` bytes at most.
XmlEvents ReadEvents(std::string_view xml, const XmlReaderOptions& options = {},
                     size_t portion = static_cast<size_t>(-1));

/// Reads a document with expat alone, in one call.
XmlEvents BareExpatEvents(const std::string& xml);

/// Why two lists of events differ; empty when they do not.
std::string FirstDifference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual);

/// Why our reader, in chunks and portions of these sizes, and bare expat disagree on a document;
/// empty when they do not.
std::string Disagreement(const std::string& xml, size_t chunk, size_t portion);

/// The folder of test data that is not part of the project, from PUENTE_TEST_DATA, `../shared/data`
/// by default; empty when it is not there.
std::string ExternalDataFolder();

/// The files below a folder whose names end in `suffix`, sorted.
std::vector<std::string> FilesBelow(const std::string& folder, std::string_view suffix);

/// The bytes of a file.
std::string FileBytes(const std::string& path);

}  // namespace puente::text

#endif  // PUENTE_TESTS_CORE_XML_EVENTS_H_
