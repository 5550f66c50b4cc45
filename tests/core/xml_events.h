// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Events of XML as lines of text, from our reader and from bare expat, for tests that compare them.

#ifndef PUENTE_TESTS_CORE_XML_EVENTS_H_
#define PUENTE_TESTS_CORE_XML_EVENTS_H_

#include <cstddef>
#include <cstdint>
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
  /// Byte at which expat found the error.
  uint64_t error_offset = 0;
  /// Line of a text that had begun before the error, empty for none; of bare expat only. It cannot
  /// say whether the text was at its end.
  std::string open_text;
  /// The DOCTYPE names a DTD; of bare expat only. It then drops unknown entities without a word.
  bool has_dtd = false;
};

/// Reads a document with our reader; the stream gives portions of `portion` bytes at most.
XmlEvents ReadEvents(std::string_view xml, const XmlReaderOptions& options = {},
                     size_t portion = static_cast<size_t>(-1));

/// The same with the engine over expat that XmlReader leaves the odd cases to.
XmlEvents ReadEventsWithExpat(std::string_view xml, const XmlReaderOptions& options = {},
                              size_t portion = static_cast<size_t>(-1));

/// Reads a document with expat alone, in one call.
XmlEvents BareExpatEvents(const std::string& xml);

/// Why two lists of events differ; empty when they do not.
std::string FirstDifference(const std::vector<std::string>& expected,
                            const std::vector<std::string>& actual);

/// Why our reader, in chunks and portions of these sizes, disagrees on a document with bare expat,
/// or with our engine over expat on code and place of an error; empty when it does not.
/// They may disagree on names that are of the fifth edition of XML only.
/// `*accepted`, if any, tells whether expat accepts it.
std::string Disagreement(const std::string& xml, size_t chunk, size_t portion,
                         bool* accepted = nullptr);

/// Why our reader and our engine over expat disagree on a piece of a document, as above.
std::string PieceDisagreement(std::string_view piece, const XmlReaderOptions& options,
                              size_t portion);

/// The folder of test data that is not part of the project, from PUENTE_TEST_DATA, `../shared/data`
/// by default; empty when it is not there.
std::string ExternalDataFolder();

/// The files below a folder whose names end in `suffix`, sorted.
std::vector<std::string> FilesBelow(const std::string& folder, std::string_view suffix);

/// The bytes of a file.
std::string FileBytes(const std::string& path);

}  // namespace puente::text

#endif  // PUENTE_TESTS_CORE_XML_EVENTS_H_
