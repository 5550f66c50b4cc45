// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The checks of the conformance kit by name, and what comes out of one.
#include "tools/kit/check_table.h"

#include <array>

namespace puente::tools {
namespace {

constexpr KitCheck kChecks[] = {
    {"manifest", "library", "the manifest is valid, and the catalogues that it names can be read",
     false},
    {"load", "library",
     "the library loads and its entry gives the functions that the manifest needs", false},
    {"embedded-manifest", "library",
     "the manifest inside the library is the one that lies beside it", false},
    {"exports", "library", "the library exports `puente_*` and nothing else", true},
    {"struct-growth", "library",
     "tables and structs of a later host, with more at their end, are used like those of today",
     false},
    {"quirks", "library", "each declared quirk names a check that fails without it", false},
    {"write", "output", "the kit's own records can be written", true},
    {"identify-own", "identify", "its own samples are known for what they are", true},
    {"identify-foreign", "identify", "files of other formats and noise are not claimed", true},
    {"identify-pure", "identify",
     "`identify` consumes nothing, answers the same each time and from several threads, and is "
     "quick",
     true},
    {"read", "input", "its own samples are read without an error", true},
    {"records", "input",
     "each record is valid, with its kind, identifier, place and leaves told as they are", true},
    {"chunks", "input",
     "the same is read byte by byte, in blocks, and from an input that cannot seek", true},
    {"empty", "input", "an empty input gives an error with a message, or no record", true},
    {"truncated", "input", "a sample cut anywhere gives an error with a message, or fewer records",
     true},
    {"error-position", "input", "the error of a cut sample names the place", true},
    {"noise", "input", "damaged samples and noise give errors and findings, and nothing worse",
     false},
    {"source-error", "input", "when the input cannot be read on, the reader says so", true},
    {"limits", "limits", "what is larger than the limits of `puente limits` is refused", true},
    {"memory", "limits", "memory does not grow with the size of the input or output", true},
    {"cancel", "lifetime", "reading ends within a second once it is cancelled", true},
    {"batch-release", "lifetime",
     "batches stay whole after the reader was closed, and are released from another thread", false},
    {"early-close", "lifetime", "readers, splitters and writers can be closed at any time", false},
    {"leaks", "lifetime", "all memory is given back", true},
    {"concurrent", "lifetime", "several readers and writers at once work as they do alone", false},
    {"checkpoint", "lifetime", "reading goes on from a checkpoint", true},
    {"carriers", "output", "records give the same output as messages and as bytes", true},
    {"threads", "output", "any number of threads gives the same output", true},
    {"deterministic", "output", "the same input gives the same bytes again", true},
    {"round-trip", "output", "what is written and read again is the same data", true},
    {"idempotent", "output", "what was written, read and written again is the same bytes", true},
    {"accounting", "output", "each value that was read is kept or told as lost", true},
    {"declared-losses", "output", "the losses that the writer tells are those of its output", true},
    {"target-error", "output", "when the output cannot be written, the writer says so", true},
    {"options-unknown", "options", "options that are not declared are refused", false},
    {"options-declared", "options", "each declared option takes its values", true},
    {"texts", "manners",
     "texts that the plugin gives are UTF-8, and codes, severities, reasons and paths are known "
     "ones",
     true},
    {"codes", "manners", "each code that occurs stands in the message catalogue", true},
    {"no-files", "manners", "the plugin opens no file and no socket, and starts no program", false},
    {"silent", "manners", "nothing is printed on standard output or standard error", true},
};

}  // namespace

std::string_view KitOutcomeName(KitOutcome outcome) {
  constexpr std::array<std::string_view, 4> kNames = {"pass", "FAIL", "QUIRK", "n/a"};
  return kNames[static_cast<size_t>(outcome)];
}

std::span<const KitCheck> KitChecks() { return kChecks; }

const KitCheck* FindKitCheck(std::string_view id) {
  for (const KitCheck& check : kChecks) {
    if (check.id == id) return &check;
  }
  return nullptr;
}

std::vector<std::string> KitCheckNames() {
  std::vector<std::string> names;
  for (const KitCheck& check : kChecks) names.emplace_back(check.id);
  return names;
}

}  // namespace puente::tools
