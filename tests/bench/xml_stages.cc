// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Stages that only parse XML: expat, which all other figures are measured against, and our reader.

#include <expat.h>

#include <cstdio>
#include <memory>

#include "absl/status/status.h"
#include "core/text/byte_stream.h"
#include "core/text/xml_reader.h"
#include "tests/bench/stages.h"

namespace puente::bench {
namespace {

constexpr int kChunk = 1 << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

absl::StatusOr<File> OpenFile(const std::string& path) {
  File file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return absl::NotFoundError("cannot open " + path);
  // Both read large blocks into buffers of their own.
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  return file;
}

class FileInput : public text::InputStream {
 public:
  explicit FileInput(std::FILE* file) : file_(file) {}
  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    return std::fread(buffer, 1, size, file_);
  }

 private:
  std::FILE* const file_;
};

struct Counts {
  uint64_t elements = 0;
  uint64_t attributes = 0;
  uint64_t name_bytes = 0;
  uint64_t value_bytes = 0;
  uint64_t text_bytes = 0;

  Outcome ToOutcome(const Times& times) const {
    Outcome outcome;
    outcome.times = times;
    outcome.counts = {
        {"elements", elements}, {"attributes", attributes}, {"text_bytes", text_bytes}};
    return outcome;
  }
};

void XMLCALL OnStart(void* user, const XML_Char* /*name*/, const XML_Char** attributes) {
  Counts& counts = *static_cast<Counts*>(user);
  ++counts.elements;
  for (; *attributes != nullptr; attributes += 2) ++counts.attributes;
}

void XMLCALL OnEnd(void* /*user*/, const XML_Char* /*name*/) {}

void XMLCALL OnText(void* user, const XML_Char* /*text*/, int size) {
  static_cast<Counts*>(user)->text_bytes += static_cast<uint64_t>(size);
}

}  // namespace

absl::StatusOr<Outcome> RunExpat(const std::string& path) {
  absl::StatusOr<File> file = OpenFile(path);
  if (!file.ok()) return file.status();
  Counts counts;
  const Stopwatch watch;
  const std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser(XML_ParserCreate(nullptr),
                                                                       XML_ParserFree);
  XML_SetUserData(parser.get(), &counts);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  bool at_end = false;
  while (!at_end) {
    void* const buffer = XML_GetBuffer(parser.get(), kChunk);
    if (buffer == nullptr) return absl::ResourceExhaustedError("expat has no memory");
    const size_t got = std::fread(buffer, 1, kChunk, file->get());
    at_end = got == 0;
    if (XML_ParseBuffer(parser.get(), static_cast<int>(got), at_end) != XML_STATUS_OK) {
      return absl::InvalidArgumentError(XML_ErrorString(XML_GetErrorCode(parser.get())));
    }
  }
  return counts.ToOutcome(watch.Elapsed());
}

absl::StatusOr<Outcome> RunXmlReader(const std::string& path) {
  absl::StatusOr<File> file = OpenFile(path);
  if (!file.ok()) return file.status();
  Counts counts;
  const Stopwatch watch;
  FileInput input(file->get());
  auto reader = text::XmlReader::Create(&input, {});
  if (!reader.ok()) return reader.status();
  text::XmlReader& xml = **reader;
  while (true) {
    const absl::StatusOr<text::XmlEvent> event = xml.Next();
    if (!event.ok()) return event.status();
    if (*event == text::XmlEvent::kStart) {
      ++counts.elements;
      counts.name_bytes += xml.name().size();
      for (const text::XmlAttribute& attribute : xml.attributes()) {
        ++counts.attributes;
        counts.name_bytes += attribute.name.size();
        counts.value_bytes += attribute.value.size();
      }
    } else if (*event == text::XmlEvent::kText) {
      counts.text_bytes += xml.text().size();
    } else if (*event == text::XmlEvent::kEndOfDocument) {
      break;
    }
  }
  return counts.ToOutcome(watch.Elapsed());
}

}  // namespace puente::bench
