// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Chooses flows, and finishes their rows.
#include "plugins/fts_hdx/flow_table.h"

#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "fmt/format.h"

namespace puente::fts_hdx {
namespace {

/// Names and words that are told apart in findings; more are counted together.
constexpr size_t kMaxTold = 1000;
constexpr size_t kMaxWord = 80;
constexpr std::string_view kMore = "(more)";

void CountWord(std::string_view word, std::map<std::string, uint64_t>* words) {
  std::string clipped = ClipText(word, kMaxWord);
  if (words->size() >= kMaxTold && words->count(clipped) == 0) clipped = kMore;
  ++(*words)[clipped];
}

/// `3 of internal, 1 of outgoing`; the first few of many.
std::string Listed(const std::map<std::string, uint64_t>& words, std::string_view between) {
  constexpr size_t kShown = 6;
  std::string list;
  size_t shown = 0;
  for (const auto& [word, count] : words) {
    if (shown++ == kShown) {
      return list + fmt::format(" and {} more", words.size() - kShown);
    }
    list += fmt::format("{}{}{}`{}`", list.empty() ? "" : ", ", count, between, word);
  }
  return list;
}

uint64_t SumOf(const std::map<std::string, uint64_t>& words) {
  uint64_t sum = 0;
  for (const auto& [word, count] : words) sum += count;
  return sum;
}

absl::Status Refused(std::string_view code, std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = code;
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

}  // namespace

FlowTable::FlowTable(const sdk::Run& run, FlowChoice choice, PlaceNames* names, TableOut* out,
                     Account* account, const RowStoreBounds& bounds)
    : run_(run),
      choice_(std::move(choice)),
      names_(*names),
      out_(*out),
      account_(*account),
      maker_(run, names, out, account),
      store_(bounds) {}

FlowTable::OfCountry FlowTable::IsOfCountry(const v1::Record& record) {
  if (choice_.country.empty()) return OfCountry::kYes;
  const std::string_view id = QueryValue(record.import_context().query(), "locationid");
  if (id.empty()) {
    ++unchecked_;
    return OfCountry::kYes;
  }
  std::string_view code = names_.CodeOfId(id);
  if (code.empty()) {
    // The flows of a location mostly name it.
    for (const v1::Transaction& transaction : record.activity().transactions()) {
      for (const auto* ends : {&transaction.destinations(), &transaction.sources()}) {
        for (const v1::MoneyEndpoint& end : *ends) {
          if (!code.empty() || !end.has_place() || end.place().ref() != id ||
              end.place().narratives_size() == 0) {
            continue;
          }
          code = names_.CodeOfName(end.place().narratives(0).text());
        }
      }
    }
    const std::string found(code);
    if (!names_.AddId(id, found).ok()) return OfCountry::kUnknown;
    code = names_.CodeOfId(id);
  }
  if (code.empty()) {
    if (undecided_.size() < kMaxTold) undecided_.emplace(id);
    return OfCountry::kUnknown;
  }
  if (code == choice_.country) return OfCountry::kYes;
  CountWord(code, &of_others_);
  return OfCountry::kNo;
}

absl::Status FlowTable::Put(const RecordView& view, const sdk::RecordInfo& info, bool is_own) {
  const v1::Record& record = view.record();
  const std::string& boundary = record.import_context().boundary();
  const bool is_other = !choice_.boundary.empty() && boundary != choice_.boundary;
  if (!is_other && IsOfCountry(record) == OfCountry::kNo) {
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  if (is_other) {
    CountWord(boundary, &other_);
    account_.LoseAll(info);
    return absl::OkStatus();
  }
  CountWord(boundary, &boundaries_);
  account_.Begin(record, info);
  maker_.Make(view, is_own, &cells_);
  account_.End();
  std::string date;
  for (size_t i = 0; i < out_.layout().size(); ++i) {
    const Column* const column = out_.layout().ColumnAt(i);
    if (column != nullptr && (column->name == "date" || column->name == "Flow date")) {
      date = cells_[i].text;
    }
  }
  return store_.Add(date, cells_);
}

std::string FlowTable::PlacesText(const CellDraft& cell) {
  std::vector<std::string> codes;
  for (const CellDraft::Place& place : cell.places) {
    const std::string_view code = place.is_code ? place.text : names_.CodeOfName(place.text);
    if (code.empty()) {
      CountWord(place.text, &nameless_);
    } else {
      codes.emplace_back(code);
    }
  }
  std::sort(codes.begin(), codes.end());
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ",") + code;
  return text;
}

absl::Status FlowTable::Finish(bool as_they_came) {
  for (const std::string& id : undecided_) {
    const std::string_view code = names_.CodeOfId(id);
    if (code.empty() || code == choice_.country) continue;
    return Refused("HDX-0009",
                   fmt::format("flows of {} (locationid={}) are among the flows for {}", code, id,
                               choice_.country),
                   "leave them out, or give the list of locations before them");
  }
  if (store_.rows() == 0 && other_.empty() && !choice_.country.empty()) {
    return Refused(
        "HDX-0009", fmt::format("there are no flows of {}", choice_.country),
        of_others_.empty()
            ? "give the answers of /v1/fts/flow/custom-search for that location"
            : fmt::format("there are flows of other countries: {}", Listed(of_others_, " of ")));
  }
  if (absl::Status status = store_.Finish(!as_they_came); !status.ok()) return status;
  std::vector<std::string> texts;
  while (true) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    const absl::StatusOr<bool> more = store_.Next(&cells_);
    if (!more.ok()) return more.status();
    if (!*more) break;
    texts.clear();
    for (CellDraft& cell : cells_) {
      switch (cell.kind) {
        case CellDraft::Kind::kPlaces:
          texts.push_back(PlacesText(cell));
          break;
        case CellDraft::Kind::kPlanCode:
          texts.emplace_back(names_.CodeOfPlan(cell.text));
          break;
        default:
          texts.push_back(std::move(cell.text));
      }
    }
    if (absl::Status status = out_.WriteRow(texts); !status.ok()) return status;
  }
  return TellWhatIsLeftOut();
}

absl::Status FlowTable::TellWhatIsLeftOut() {
  if (!other_.empty()) {
    Tell(PUENTE_INFO, "HDX-0006",
         fmt::format("{} flows of other boundaries are left out: {}", SumOf(other_),
                     Listed(other_, " of ")),
         fmt::format("the table is asked for with boundary={}; each boundary is a table of its own",
                     choice_.boundary));
  }
  if (boundaries_.size() > 1) {
    Tell(PUENTE_WARNING, "HDX-0007",
         fmt::format("flows of several boundaries are in one table: {}",
                     Listed(boundaries_, " of ")),
         "do not add them up: choose with --out-opt boundary=incoming");
  }
  if (!nameless_.empty()) {
    Tell(PUENTE_WARNING, "HDX-0008",
         fmt::format("{} locations are left out, for no code is known of their names: {}",
                     SumOf(nameless_), Listed(nameless_, " times ")),
         "where a list of locations is among the inputs, only its names are known");
  }
  if (!of_others_.empty()) {
    Tell(PUENTE_WARNING, "HDX-0010",
         fmt::format("{} flows of other countries than {} are left out: {}", SumOf(of_others_),
                     choice_.country, Listed(of_others_, " of ")),
         "each country is a table of its own");
  }
  if (unchecked_ > 0) {
    Tell(PUENTE_INFO, "HDX-0011",
         fmt::format("of {} flows it is not known whether they are of {}", unchecked_,
                     choice_.country),
         "their answers do not say what was asked for; they are in the table");
  }
  return absl::OkStatus();
}

void FlowTable::Tell(int32_t severity, std::string_view code, std::string_view message,
                     std::string_view hint) {
  sdk::Finding finding;
  finding.severity = severity;
  finding.code = code;
  finding.message = message;
  finding.hint = hint;
  run_.Report(finding);
}

}  // namespace puente::fts_hdx
