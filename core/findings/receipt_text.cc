// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Receipts as JSON for programs and as a few lines for people.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "core/findings/receipt.h"

#ifndef PUENTE_VERSION
#error "the build defines PUENTE_VERSION as a string"
#endif

namespace puente {
namespace {

using LossEntry = std::pair<const std::pair<uint32_t, LossReason>, LossAccount>;

std::string_view PathName(uint32_t id) { return PathTable::Global().Name(id); }

// The entries of a map by path id, sorted by the text of the path.
template <typename Value>
std::vector<std::pair<std::string_view, const Value*>> ByPath(
    const std::map<uint32_t, Value>& values) {
  std::vector<std::pair<std::string_view, const Value*>> sorted;
  sorted.reserve(values.size());
  for (const auto& [id, value] : values) sorted.emplace_back(PathName(id), &value);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return sorted;
}

std::vector<const LossEntry*> LossesByPath(const ReceiptLedger& ledger) {
  std::vector<const LossEntry*> sorted;
  for (const LossEntry& entry : ledger.losses()) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(), [](const LossEntry* a, const LossEntry* b) {
    const std::string_view path_a = PathName(a->first.first);
    const std::string_view path_b = PathName(b->first.first);
    return path_a != path_b ? path_a < path_b : a->first.second < b->first.second;
  });
  return sorted;
}

void AppendAccount(const PathAccount& account, std::string* out) {
  AppendJsonMember("read", account.read, out);
  AppendJsonMember("kept", account.kept, out);
  AppendJsonMember("lost", account.lost, out);
  AppendJsonMember("filtered", account.filtered, out);
  AppendJsonMember("rejected", account.rejected, out);
}

void AppendCounts(const std::map<std::string, uint64_t>& counts, std::string* out) {
  out->push_back('{');
  for (const auto& [key, count] : counts) AppendJsonMember(key, count, out);
  out->push_back('}');
}

void AppendLoss(const LossEntry& loss, std::string* out) {
  out->push_back('{');
  AppendJsonMember("path", PathName(loss.first.first), out);
  AppendJsonMember("reason", LossReasonName(loss.first.second), out);
  AppendJsonMember("count", loss.second.count, out);
  AppendJsonKey("examples", out);
  out->push_back('[');
  for (const LossExample& example : loss.second.examples) {
    if (out->back() != '[') out->push_back(',');
    out->push_back('{');
    AppendJsonMember("source", example.location.source, out);
    AppendJsonMember("line", example.location.line, out);
    AppendJsonMember("column", example.location.column, out);
    if (!example.location.sheet.empty()) AppendJsonMember("sheet", example.location.sheet, out);
    if (!example.location.cell.empty()) AppendJsonMember("cell", example.location.cell, out);
    AppendJsonMember("record", example.record_id, out);
    AppendJsonMember("value", example.value, out);
    out->push_back('}');
  }
  out->append("]}");
}

// An array with one element a line, so that receipts are easy to read and to compare.
template <typename Elements, typename Append>
void AppendLines(const Elements& elements, Append append, std::string* out) {
  out->push_back('[');
  bool first = true;
  for (const auto& element : elements) {
    out->append(first ? "\n " : ",\n ");
    first = false;
    append(element, out);
  }
  out->append(first ? "]" : "\n]");
}

std::string Plural(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", FormatCount(count), noun, count == 1 ? "" : "s");
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

// A path that fits beside the counts; its end says most.
std::string ShortPath(std::string_view path) {
  constexpr size_t kMaxBytes = 60;
  if (path.empty()) return "(no name)";
  std::string prefix;
  if (path.size() > kMaxBytes) {
    const size_t slash = path.find('/', path.size() - kMaxBytes);
    if (slash != std::string_view::npos) {
      path.remove_prefix(slash);
      prefix = "...";
    }
  }
  return prefix + EscapeForTerminalLine(ClipTextWithEllipsis(path, 2 * kMaxBytes));
}

// All losses for one reason.
struct ReasonTotal {
  LossReason reason;
  uint64_t count = 0;
  std::vector<const LossEntry*> paths;
};

std::vector<ReasonTotal> LossesByReason(const ReceiptLedger& ledger) {
  std::vector<ReasonTotal> totals;
  for (const LossEntry* entry : LossesByPath(ledger)) {
    auto found = std::find_if(totals.begin(), totals.end(), [entry](const ReasonTotal& total) {
      return total.reason == entry->first.second;
    });
    if (found == totals.end())
      found = totals.insert(found, ReasonTotal{entry->first.second, 0, {}});
    found->count += entry->second.count;
    found->paths.push_back(entry);
  }
  for (ReasonTotal& total : totals) {
    std::stable_sort(
        total.paths.begin(), total.paths.end(),
        [](const LossEntry* a, const LossEntry* b) { return a->second.count > b->second.count; });
  }
  std::stable_sort(totals.begin(), totals.end(),
                   [](const ReasonTotal& a, const ReasonTotal& b) { return a.count > b.count; });
  return totals;
}

std::string ReasonText(LossReason reason, std::string_view format) {
  const std::string target = format.empty() ? "the output" : EscapeForTerminalLine(format);
  switch (reason) {
    case LossReason::kUnreported:
      return "not accounted for by the writer";
    case LossReason::kNoPlace:
      return fmt::format("no place in {}", target);
    case LossReason::kTruncated:
      return "cut short";
    case LossReason::kNoEquivalent:
      return fmt::format("no such code in {}", target);
    case LossReason::kPrecision:
      return "less precise";
    case LossReason::kMerged:
      return "merged with another value";
  }
  return "lost";
}

void AppendLossLines(const ReceiptLedger& ledger, const ReceiptFrame& frame, std::string* out) {
  constexpr size_t kMaxLines = 3;
  const std::vector<ReasonTotal> totals = LossesByReason(ledger);
  if (totals.empty()) return;
  const bool folded = totals.size() > kMaxLines;
  const size_t shown = folded ? kMaxLines - 1 : totals.size();
  uint64_t others = 0;
  for (size_t i = shown; i < totals.size(); ++i) others += totals[i].count;

  size_t count_width = FormatCount(std::max(totals[0].count, others)).size();
  size_t text_width = 0;
  for (size_t i = 0; i < shown; ++i) {
    text_width = std::max(text_width, ReasonText(totals[i].reason, frame.output.format).size());
  }
  for (size_t i = 0; i < shown; ++i) {
    const ReasonTotal& total = totals[i];
    const LossEntry& top = *total.paths[0];
    std::string where = ShortPath(PathName(top.first.first));
    if (total.paths.size() > 1) {
      where += fmt::format(" ({}) and {}", FormatCount(top.second.count),
                           Plural(total.paths.size() - 1, "more path"));
    }
    out->append(fmt::format("  {:>{}}  {:<{}}  {}\n", FormatCount(total.count), count_width,
                            ReasonText(total.reason, frame.output.format), text_width, where));
  }
  if (folded) {
    out->append(fmt::format("  {:>{}}  for {} other reasons\n", FormatCount(others), count_width,
                            totals.size() - shown));
  }
  for (const ReasonTotal& total : totals) {
    for (const LossEntry* entry : total.paths) {
      for (const LossExample& example : entry->second.examples) {
        if (example.value.empty()) continue;
        std::string record = EscapeForTerminalLine(ClipTextWithEllipsis(example.record_id, 60));
        if (!record.empty()) record = fmt::format(" ({})", record);
        const std::string place = LocationText(example.location);
        out->append(fmt::format("  for example {}{}{}\n",
                                EscapeForTerminalLine(ClipTextWithEllipsis(example.value, 60)),
                                place.empty() ? "" : " at " + place, record));
        return;
      }
    }
  }
}

}  // namespace

void AppendReceiptFile(const ReceiptFile& file, std::string* out) {
  out->push_back('{');
  AppendJsonMember("name", file.name, out);
  AppendJsonMember("format", file.format, out);
  AppendJsonMember("version", file.version, out);
  AppendJsonMember("bytes", file.bytes, out);
  if (!file.sha256.empty()) AppendJsonMember("sha256", file.sha256, out);
  AppendJsonMember("records", file.records, out);
  out->push_back('}');
}

std::string ReceiptJson(const ReceiptLedger& ledger, const ReceiptFrame& frame) {
  std::string out = "{";
  // Each member of the receipt begins a line.
  const auto key = [&out](std::string_view name) {
    out.append(out.back() == '{' ? "\n" : ",\n");
    AppendJsonString(name, &out);
    out.push_back(':');
  };
  key("receipt_version");
  out.push_back('1');
  key("puente");
  AppendJsonString(PUENTE_VERSION, &out);
  key("inputs");
  AppendLines(frame.inputs, AppendReceiptFile, &out);
  key("output");
  AppendReceiptFile(frame.output, &out);
  key("basis");
  AppendJsonString(frame.basis, &out);
  key("verify_differences");
  AppendLines(frame.verify_differences, AppendJsonString, &out);
  key("law");
  AppendJsonString(ledger.LawHolds() ? "holds" : "broken", &out);
  key("leaves");
  out.push_back('{');
  AppendAccount(ledger.totals(), &out);
  AppendJsonMember("derived", ledger.derived(), &out);
  out.push_back('}');
  key("paths");
  AppendLines(
      ByPath(ledger.accounts()),
      [](const auto& entry, std::string* text) {
        text->push_back('{');
        AppendJsonMember("path", entry.first, text);
        AppendAccount(*entry.second, text);
        text->push_back('}');
      },
      &out);
  key("written");
  AppendLines(
      ByPath(ledger.written()),
      [](const auto& entry, std::string* text) {
        text->push_back('{');
        AppendJsonMember("path", entry.first, text);
        AppendJsonMember("count", *entry.second, text);
        text->push_back('}');
      },
      &out);
  key("losses");
  AppendLines(
      LossesByPath(ledger),
      [](const LossEntry* loss, std::string* text) { AppendLoss(*loss, text); }, &out);
  key("findings");
  out.append("{\"by_severity\":");
  AppendCounts(frame.findings_by_severity, &out);
  out.append(",\"by_code\":");
  AppendCounts(frame.findings_by_code, &out);
  out.push_back('}');
  key("records");
  out.push_back('{');
  AppendJsonMember("read", ledger.records_read(), &out);
  AppendJsonMember("written", ledger.records_written(), &out);
  AppendJsonMember("filtered", ledger.records_filtered(), &out);
  AppendJsonMember("rejected", ledger.records_rejected(), &out);
  out.push_back('}');
  if (!frame.digest.empty()) {
    key("digest");
    AppendJsonString(frame.digest, &out);
  }
  out.append("\n}\n");
  return out;
}

std::string ReceiptSummary(const ReceiptLedger& ledger, const ReceiptFrame& frame) {
  const PathAccount total = ledger.totals();
  const bool law_holds = ledger.LawHolds();

  std::string out = fmt::format("read {} in {}", Plural(total.read, "value"),
                                Plural(ledger.records_read(), "record"));
  if (frame.inputs.size() > 1) out += fmt::format(" of {}", Plural(frame.inputs.size(), "input"));
  std::string_view basis = " (declared; --verify checks)";
  if (frame.basis == "verified") {
    basis = frame.verify_differences.empty() ? " (verified)" : " (verification differs)";
  }
  if (total.read != 0) {
    std::vector<std::string> parts;
    if (total.kept == total.read) {
      parts.emplace_back("all kept");
    } else {
      parts.push_back(FormatCount(total.kept) + " kept");
      if (total.lost != 0) parts.push_back(FormatCount(total.lost) + " lost");
      if (total.filtered != 0) parts.push_back(FormatCount(total.filtered) + " filtered out");
      if (total.rejected != 0) parts.push_back(FormatCount(total.rejected) + " rejected");
    }
    out += fmt::format(": {}{}", Join(parts, ", "), basis);
  }
  out += '\n';
  AppendLossLines(ledger, frame, &out);

  out += fmt::format("wrote {}", Plural(ledger.records_written(), "record"));
  if (!frame.output.name.empty()) {
    out += " to ";
    out += frame.output.name == "-" ? "stdout" : EscapeForTerminalLine(frame.output.name);
  }
  if (!frame.output.format.empty()) {
    out += fmt::format(" ({}, {})", EscapeForTerminalLine(frame.output.format),
                       Plural(frame.output.bytes, "byte"));
  }
  std::vector<std::string> beside;
  if (ledger.records_filtered() != 0) {
    beside.push_back(fmt::format("{} filtered out", Plural(ledger.records_filtered(), "record")));
  }
  if (ledger.records_rejected() != 0) {
    beside.push_back(fmt::format("{} rejected", Plural(ledger.records_rejected(), "record")));
  }
  if (ledger.derived() != 0) beside.push_back(Plural(ledger.derived(), "derived value"));
  if (!beside.empty()) out += "; " + Join(beside, ", ");
  out += '\n';

  if (!frame.verify_differences.empty()) {
    out += fmt::format(
        "error[PUE-0503]: the output read again differs in {}: {}\n",
        Plural(frame.verify_differences.size(), "place"),
        EscapeForTerminalLine(ClipTextWithEllipsis(frame.verify_differences.front(), 200)));
  }
  if (!law_holds) {
    out += "critical[PUE-0504]: the accounts do not add up";
    if (!ledger.overcounted().empty()) {
      const auto& [field, count] = *ledger.overcounted().begin();
      out += fmt::format(": the writer accounts for {} of {} that it was not given",
                         Plural(count, "value"), ShortPath(PathName(field)));
    } else {
      for (const auto& [path, account] : ByPath(ledger.accounts())) {
        const uint64_t sum = account->kept + account->lost + account->filtered + account->rejected;
        if (sum == account->read) continue;
        out += fmt::format(": {} of {} read, {} accounted for", FormatCount(account->read),
                           ShortPath(path), FormatCount(sum));
        break;
      }
    }
    out += '\n';
  }
  return out;
}

}  // namespace puente
