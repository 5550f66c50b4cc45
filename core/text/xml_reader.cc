// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The public face of the scanner.

#include "core/text/xml_reader.h"

#include <utility>

#include "core/text/xml_scanner.h"

namespace puente::text {

XmlReader::XmlReader(std::unique_ptr<XmlScanner> scanner)
    : scanner_(std::move(scanner)), event_(scanner_->event()) {}

XmlReader::~XmlReader() = default;

absl::StatusOr<std::unique_ptr<XmlReader>> XmlReader::Create(InputStream* input,
                                                             const XmlReaderOptions& options) {
  absl::StatusOr<std::unique_ptr<XmlScanner>> scanner = XmlScanner::Create(input, options);
  if (!scanner.ok()) return scanner.status();
  return std::unique_ptr<XmlReader>(new XmlReader(*std::move(scanner)));
}

XmlPosition XmlReader::position() const { return scanner_->position(); }

const absl::Status& XmlReader::status() const { return scanner_->status(); }

std::string_view XmlReader::encoding() const { return scanner_->encoding(); }

bool XmlReader::saw_doctype() const { return scanner_->saw_doctype(); }

bool XmlReader::is_handed_over() const { return scanner_->is_handed_over(); }

}  // namespace puente::text
