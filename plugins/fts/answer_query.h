// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The question that an answer answers: answers do not repeat it, but the names of files may.
#ifndef PUENTE_PLUGINS_FTS_ANSWER_QUERY_H_
#define PUENTE_PLUGINS_FTS_ANSWER_QUERY_H_

#include <string>
#include <string_view>

namespace puente::fts {

/// The query that the name of a file tells, as that of a URL: of
/// `folder/custom-search-locationid-1-year-2020-page-2.json` it is
/// `locationid=1&year=2020&page=2`. Empty when the name tells none.
std::string QueryOfName(std::string_view name);

/// The query of a URL, what stands behind `?`; all of a text that has no `?` and is no URL.
std::string QueryOfUrl(std::string_view url);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_ANSWER_QUERY_H_
