// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts the pages of an answer into their order, by the links in them or by their names.

#ifndef PUENTE_CORE_PIPELINE_PAGE_ORDER_H_
#define PUENTE_CORE_PIPELINE_PAGE_ORDER_H_

#include <compare>
#include <string_view>
#include <vector>

#include "core/pipeline/pipeline.h"

namespace puente::pipeline {

/// Compares names as people order them: runs of digits by their number, so that `page-2` comes
/// before `page-10`; endings such as `.json` count only where all else is equal.
std::strong_ordering CompareNaturally(std::string_view a, std::string_view b);

/// Orders inputs whose format says how a page names the next one (plugin::Format::next_page): each
/// page behind the one whose link leads to it; where no link leads to any of them, in the order of
/// their names. Others keep their places. Pages that belong together get one dataset, that of the
/// first. A link to a page that is not among the inputs, and a page before which others are
/// missing, become findings of the input (PUE-0507). Links are compared by the end of their path or
/// their page number; nothing is fetched. Inputs that cannot seek, such as packed ones, have no
/// known link.
void OrderPages(std::vector<Input>* inputs);

}  // namespace puente::pipeline

#endif  // PUENTE_CORE_PIPELINE_PAGE_ORDER_H_
