// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Columns that say where a row is from, in a table that was put together from several files.
#ifndef PUENTE_PLUGINS_R4V5W_SOURCE_COLUMNS_H_
#define PUENTE_PLUGINS_R4V5W_SOURCE_COLUMNS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/r4v5w/header_book.h"
#include "puente/v1/provenance.pb.h"

namespace puente::r4v5w {

/// The columns with their names in a language, in their order: file, sheet, row. English where we
/// have no names.
std::vector<HeaderColumn> SourceColumns(std::string_view language);

/// Adds them to what a header says, where they are among its names.
void BindSourceColumns(std::span<const std::string> names, Binding* binding);

/// True for `source_file` and the like.
bool IsSourceConcept(std::string_view concept_name);

/// What a column says of a record; empty where its source has no such thing, such as a sheet.
std::string SourceTextOf(std::string_view concept_name, const v1::Provenance& provenance);

}  // namespace puente::r4v5w

#endif  // PUENTE_PLUGINS_R4V5W_SOURCE_COLUMNS_H_
