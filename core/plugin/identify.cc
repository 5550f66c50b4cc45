// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Weighs the identify rules of all formats, asks plugins where they must be asked, and chooses.
#include "core/plugin/identify.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/plugin/catalog.h"
#include "core/plugin/coded_error.h"
#include "core/plugin/identify_rules.h"
#include "core/plugin/loader.h"
#include "core/plugin/manifest.h"
#include "core/plugin/puente_plugin.h"
#include "core/plugin/sniff.h"

namespace puente::plugin {
namespace {

constexpr size_t kShownFormats = 12;

std::string ShownFile(std::string_view file_name) {
  return file_name == "-" ? "standard input"
                          : fmt::format("`{}`", EscapeForTerminalLine(file_name));
}

/// A candidate, and what is still to be asked about it.
struct Draft {
  Candidate candidate;
  /// The rule says that the plugin must be asked.
  bool probe = false;
  /// The rule is of the kind `any`: nothing else speaks for the format.
  bool any_only = false;
  bool asked = false;
};

/// What the rules of one format say: the best one counts.
std::optional<Draft> Weigh(const FormatRef& ref, const InputView& input) {
  Draft draft;
  draft.candidate.entry = ref.entry;
  draft.candidate.format = ref.format;
  for (const RuleFit& held : FitRules(*ref.format, input)) {
    if (held.fit.answer != Fit::kFits || !held.counts) continue;
    if (held.confidence <= draft.candidate.confidence) continue;
    draft.candidate.confidence = held.confidence;
    draft.candidate.version = held.fit.version;
    draft.candidate.reason = held.fit.reason;
    draft.probe = held.probe();
    draft.any_only = held.any();
  }
  if (draft.candidate.confidence == 0) return std::nullopt;
  return draft;
}

PuenteStatus ReadNothing(void* /*ctx*/, char* /*buffer*/, size_t /*capacity*/, size_t* got) {
  *got = 0;
  return PUENTE_OK;
}

/// An input that a plugin may read a little of.
struct BoundedInput {
  const PuenteSource* source = nullptr;
  uint64_t left = kIdentifyBytes;

  static PuenteStatus ReadAt(void* ctx, uint64_t offset, char* buffer, size_t capacity,
                             size_t* got) {
    auto* const self = static_cast<BoundedInput*>(ctx);
    *got = 0;
    if (self->left == 0) return static_cast<PuenteStatus>(absl::StatusCode::kResourceExhausted);
    capacity = static_cast<size_t>(std::min<uint64_t>(capacity, self->left));
    const PuenteStatus status =
        self->source->read_at(self->source->ctx, offset, buffer, capacity, got);
    self->left -= std::min<uint64_t>(*got, self->left);
    return status;
  }
};

/// What plugins said when they were asked, in words.
using PluginAnswers = std::map<const CatalogEntry*, std::string>;

/// The plugin's own answer. Nothing when it has no say; confidence 0 when the input is not its own.
std::optional<Candidate> AskPlugin(Loader* loader, const CatalogEntry& entry,
                                   const InputView& input, std::string* fault) {
  const absl::StatusOr<const LoadedPlugin*> plugin = loader->Load(entry);
  if (!plugin.ok()) {
    *fault = GetErrorDetail(plugin.status()).message;
    return std::nullopt;
  }
  const PuentePlugin& table = (*plugin)->table();
  if (table.identify == nullptr) return std::nullopt;
  PuenteSource source = {};
  source.struct_size = sizeof(source);
  source.name = {input.file_name.data(), input.file_name.size()};
  source.head = {input.head.data(), input.head.size()};
  source.size = UINT64_MAX;
  source.read = ReadNothing;
  BoundedInput bounded{input.source};
  if (input.source != nullptr && input.source->read_at != nullptr) {
    source.ctx = &bounded;
    source.size = input.source->size;
    source.read_at = BoundedInput::ReadAt;
  }
  PuenteProbe probe = {};
  probe.struct_size = sizeof(probe);
  const PuenteStatus status = table.identify(&source, &probe);
  if (status != PUENTE_OK) {
    *fault = fmt::format("its plugin failed with status {}", status);
    return std::nullopt;
  }
  Candidate answer;
  answer.entry = &entry;
  answer.confidence = std::min<uint32_t>(probe.confidence, 100);
  if (answer.confidence == 0) return answer;
  const std::string_view format = probe.format.data == nullptr
                                      ? std::string_view()
                                      : std::string_view(probe.format.data, probe.format.size);
  answer.format = entry.manifest.FindFormat(format);
  if (answer.format == nullptr || !answer.format->read) {
    *fault =
        fmt::format("its plugin named a format that it does not read, `{}`", ShownText(format));
    return std::nullopt;
  }
  const std::string_view version(probe.version, sizeof(probe.version));
  answer.version = EscapeForTerminalLine(version.substr(0, version.find('\0')));
  answer.reason = "its plugin says so";
  return answer;
}

/// Asks the plugin of a draft and puts its answer in the place of all its drafts that `concerned`
/// holds for.
template <typename Concerned>
void Ask(Loader* loader, const CatalogEntry* entry, const InputView& input,
         const Concerned& concerned, std::vector<Draft>* drafts, PluginAnswers* answers) {
  std::string fault;
  const std::optional<Candidate> answer = AskPlugin(loader, *entry, input, &fault);
  (*answers)[entry] = !answer.has_value() ? (fault.empty() ? "has no check of its own" : fault)
                      : answer->confidence == 0
                          ? "says that it is not its own"
                          : fmt::format("says {}, {} %", answer->format->id, answer->confidence);
  std::vector<Draft> kept;
  bool placed = false;
  for (Draft& draft : *drafts) {
    const bool mine = draft.candidate.entry == entry;
    const bool named = answer.has_value() && answer->format == draft.candidate.format;
    if (!mine || (!concerned(draft) && !named)) {
      kept.push_back(std::move(draft));
    } else if (!answer.has_value()) {
      draft.asked = true;
      if (!fault.empty()) draft.candidate.reason += fmt::format(" ({})", fault);
      kept.push_back(std::move(draft));
    } else if (named && answer->confidence > 0) {
      draft.asked = true;
      draft.candidate = *answer;
      placed = true;
      kept.push_back(std::move(draft));
    }
  }
  if (answer.has_value() && answer->confidence > 0 && !placed) {
    Draft draft;
    draft.candidate = *answer;
    draft.asked = true;
    kept.push_back(std::move(draft));
  }
  *drafts = std::move(kept);
}

void SortDrafts(std::vector<Draft>* drafts) {
  std::stable_sort(drafts->begin(), drafts->end(), [](const Draft& a, const Draft& b) {
    return a.candidate.confidence > b.candidate.confidence;
  });
}

/// How many of the best candidates nobody can choose between: 1 or fewer means none.
template <typename List, typename Confidence>
size_t CountTied(const List& list, const Confidence& confidence) {
  size_t count = 0;
  for (const auto& item : list) {
    const uint32_t best = confidence(list.front());
    if (confidence(item) < std::min(best, kCertain)) break;
    ++count;
  }
  return count;
}

void AskWhereNeeded(Loader* loader, const InputView& input, std::vector<Draft>* drafts,
                    PluginAnswers* answers) {
  const auto certain = [](const Draft& draft) {
    return !draft.probe && draft.candidate.confidence >= kCertain;
  };
  const bool known = std::any_of(drafts->begin(), drafts->end(), certain);
  const auto wants = [known](const Draft& draft) {
    return draft.probe && !draft.asked && !(known && draft.any_only);
  };
  for (auto next = std::find_if(drafts->begin(), drafts->end(), wants); next != drafts->end();
       next = std::find_if(drafts->begin(), drafts->end(), wants)) {
    Ask(loader, next->candidate.entry, input, wants, drafts, answers);
  }
  SortDrafts(drafts);
  // Those that only a rule of the kind `any` speaks for were not asked when another one is certain.
  std::erase_if(*drafts,
                [known](const Draft& draft) { return known && draft.any_only && !draft.asked; });
  const size_t tied =
      CountTied(*drafts, [](const Draft& draft) { return draft.candidate.confidence; });
  if (tied < 2) return;
  const uint32_t least = (*drafts)[tied - 1].candidate.confidence;
  const auto in_tie = [least](const Draft& draft) {
    return !draft.asked && draft.candidate.confidence >= least;
  };
  std::vector<const CatalogEntry*> plugins;
  for (const Draft& draft : *drafts) {
    if (in_tie(draft) &&
        std::find(plugins.begin(), plugins.end(), draft.candidate.entry) == plugins.end()) {
      plugins.push_back(draft.candidate.entry);
    }
  }
  for (const CatalogEntry* entry : plugins) Ask(loader, entry, input, in_tie, drafts, answers);
  SortDrafts(drafts);
}

/// The name of a candidate for `--from`: the format's id, with the plugin's name when others have
/// the same one.
std::string NameForFlag(const FormatRef& ref, std::span<const FormatRef> all) {
  for (const FormatRef& other : all) {
    if (other.entry != ref.entry && other.format->id == ref.format->id) {
      return fmt::format("{}:{}", ref.entry->manifest.name, ref.format->id);
    }
  }
  return ref.format->id;
}

std::string Flags(std::string_view flag, std::span<const FormatRef> all) {
  std::string out;
  for (size_t i = 0; i < all.size(); ++i) {
    if (i > 0) out += i + 1 == all.size() ? " or " : ", ";
    out += fmt::format("{} {}", flag, NameForFlag(all[i], all));
  }
  return out;
}

/// Whether a file that is not XML at all has a name of a format of XML.
bool NamePromisesXml(std::span<const FormatRef> formats, std::string_view file_name,
                     const Sniffed& sniffed) {
  if (sniffed.look == Look::kXml || sniffed.look == Look::kEmpty) return false;
  const std::string name = NameForExtension(file_name);
  return std::any_of(formats.begin(), formats.end(), [&name](const FormatRef& ref) {
    const std::vector<IdentifyRule>& rules = ref.format->identify;
    return !MatchExtension(name, ref.format->extensions).empty() &&
           std::any_of(rules.begin(), rules.end(),
                       [](const IdentifyRule& rule) { return rule.kind == RuleKind::kXmlRoot; });
  });
}

/// The error at the first character that is no white space, where XML would begin.
absl::Status AtFirstCharacter(absl::Status status, std::string_view file_name,
                              std::string_view text) {
  uint64_t line = 1;
  uint64_t column = 1;
  for (const char c : text.substr(0, text.find_first_not_of(" \t\r\n"))) {
    column = c == '\n' ? 1 : column + 1;
    line += c == '\n' ? 1 : 0;
  }
  return WithPlace(WithSource(std::move(status), file_name), line, column);
}

absl::Status NothingFits(const Catalog& catalog, std::string_view file_name, std::string_view head,
                         std::string_view flag) {
  std::vector<std::string> tried;
  const std::vector<FormatRef> formats = catalog.Formats(Direction::kRead);
  for (const FormatRef& ref : formats) {
    if (tried.size() == kShownFormats) {
      tried.push_back("...");
      break;
    }
    tried.push_back(ref.format->id);
  }
  if (tried.empty()) {
    return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0107",
                      fmt::format("no plugin is there to read {}: this is {}", ShownFile(file_name),
                                  DescribeHead(head)),
                      "`puente plugin list` shows where plugins were looked for");
  }
  const Sniffed sniffed = Sniff(head.substr(0, kHeadBytes));
  const bool promised = NamePromisesXml(formats, file_name, sniffed);
  const bool page = sniffed.is_html || (sniffed.root.has_value() && sniffed.root->name == "html");
  absl::Status status = CodedError(
      absl::StatusCode::kInvalidArgument, "PUE-0107",
      fmt::format("no format fits {}: this is {}{}; tried: {}", ShownFile(file_name),
                  DescribeHead(head), promised ? ", not the XML that its name promises" : "",
                  JoinedParts(tried)),
      page ? std::string("web servers give such a page in place of a file that is gone or needs a "
                         "login: open it in a browser, and get the file again")
           : fmt::format("if it is in one of these formats all the same, name it with {}; `puente "
                         "identify -v` shows what each looks for",
                         flag));
  return promised ? AtFirstCharacter(std::move(status), file_name, sniffed.text) : status;
}

std::vector<Candidate> Candidates(const Catalog& catalog, Loader* loader, const InputView& input,
                                  PluginAnswers* answers) {
  std::vector<Draft> drafts;
  for (const FormatRef& ref : catalog.Formats(Direction::kRead)) {
    std::optional<Draft> draft = Weigh(ref, input);
    if (draft.has_value()) drafts.push_back(*std::move(draft));
  }
  SortDrafts(&drafts);
  if (loader != nullptr) AskWhereNeeded(loader, input, &drafts, answers);
  std::vector<Candidate> candidates;
  candidates.reserve(drafts.size());
  for (Draft& draft : drafts) candidates.push_back(std::move(draft.candidate));
  return candidates;
}

}  // namespace

std::vector<Candidate> Identify(const Catalog& catalog, Loader* loader, std::string_view file_name,
                                std::string_view head, const PuenteSource* source) {
  PluginAnswers answers;
  InputView input = LookAt(file_name, head);
  input.source = source;
  return Candidates(catalog, loader, input, &answers);
}

Identification IdentifyWithScores(const Catalog& catalog, Loader* loader,
                                  std::string_view file_name, std::string_view head,
                                  const PuenteSource* source) {
  InputView input = LookAt(file_name, head);
  input.source = source;
  PluginAnswers answers;
  Identification all;
  all.candidates = Candidates(catalog, loader, input, &answers);
  for (const FormatRef& ref : catalog.Formats(Direction::kRead)) {
    FormatScore score;
    score.entry = ref.entry;
    score.format = ref.format;
    bool wanted = false;
    for (RuleFit& held : FitRules(*ref.format, input)) {
      const bool fits = held.fit.answer == Fit::kFits;
      wanted = wanted || (fits && held.counts && held.probe());
      RuleScore& rule = score.rules.emplace_back();
      rule.looks_for = RuleText(*ref.format, held.rule);
      rule.confidence = held.confidence;
      rule.answer = held.fit.answer == Fit::kDoesNot      ? RuleAnswer::kNo
                    : held.fit.answer == Fit::kCannotTell ? RuleAnswer::kUnknown
                    : !held.counts                        ? RuleAnswer::kNotCounted
                    : held.probe()                        ? RuleAnswer::kAsk
                                                          : RuleAnswer::kYes;
      rule.reason = std::move(held.fit.reason);
    }
    const auto answer = answers.find(ref.entry);
    if (answer != answers.end()) {
      score.plugin = answer->second;
    } else if (wanted) {
      const bool known = !all.candidates.empty() && all.candidates[0].confidence >= kCertain;
      score.plugin =
          known ? "was not asked: another one is certain" : "was not asked: there was no need";
    }
    for (const Candidate& candidate : all.candidates) {
      if (candidate.format == ref.format) score.confidence = candidate.confidence;
    }
    all.scores.push_back(std::move(score));
  }
  std::stable_sort(
      all.scores.begin(), all.scores.end(),
      [](const FormatScore& a, const FormatScore& b) { return a.confidence > b.confidence; });
  return all;
}

std::string_view RuleAnswerName(RuleAnswer answer) {
  switch (answer) {
    case RuleAnswer::kNo:
      return "no";
    case RuleAnswer::kUnknown:
      return "unknown";
    case RuleAnswer::kNotCounted:
      return "not counted";
    case RuleAnswer::kAsk:
      return "ask";
    case RuleAnswer::kYes:
      return "yes";
  }
  return "";
}

absl::StatusOr<Candidate> Choose(const Catalog& catalog, std::span<const Candidate> candidates,
                                 std::string_view file_name, std::string_view head,
                                 std::string_view flag) {
  if (candidates.empty()) return NothingFits(catalog, file_name, head, flag);
  const size_t tied =
      CountTied(candidates, [](const Candidate& candidate) { return candidate.confidence; });
  if (tied < 2) return candidates.front();
  std::vector<FormatRef> refs;
  std::string list;
  for (const Candidate& candidate : candidates.first(tied)) {
    refs.push_back({candidate.entry, candidate.format});
    list += fmt::format("{}`{}` of the plugin `{}` ({})", list.empty() ? "" : " and ",
                        candidate.format->id, candidate.entry->manifest.name, candidate.reason);
  }
  return CodedError(
      absl::StatusCode::kInvalidArgument, "PUE-0108",
      fmt::format("{} fits {} formats equally well: {}", ShownFile(file_name), tied, list),
      fmt::format("choose with {}", Flags(flag, refs)));
}

absl::StatusOr<FormatRef> ChooseForOutput(const Catalog& catalog, std::string_view file_name,
                                          std::string_view flag, std::string_view of_inputs) {
  if (file_name == "-") {
    return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0107",
                      "standard output has no name that tells its format",
                      fmt::format("name it with {}", flag));
  }
  const std::vector<FormatRef> refs = catalog.FormatsForExtension(file_name, Direction::kWrite);
  const std::string name = NameForExtension(file_name);
  const size_t own =
      refs.empty() ? 1 : MatchExtension(name, refs.front().format->extensions).size();
  for (const FormatRef& ref : catalog.Formats(Direction::kWrite)) {
    if (ref.format->id == of_inputs &&
        MatchExtension(name, ref.format->shared_extensions).size() >= own) {
      return ref;
    }
  }
  if (refs.size() == 1) return refs.front();
  const std::string shown = EscapeForTerminalLine(file_name);
  if (refs.empty()) {
    std::vector<std::string> known;
    for (const FormatRef& ref : catalog.Formats(Direction::kWrite)) {
      if (ref.format->extensions.empty()) continue;
      known.push_back(fmt::format("{} ({})", ref.format->extensions.front(), ref.format->id));
    }
    return CodedError(
        absl::StatusCode::kInvalidArgument, "PUE-0107",
        fmt::format("the name `{}` does not tell the format to write", shown),
        fmt::format("name it with {}, or end the name with one of: {}", flag, JoinedParts(known)));
  }
  std::vector<std::string> ids;
  for (const FormatRef& ref : refs) ids.push_back(NameForFlag(ref, refs));
  return CodedError(absl::StatusCode::kInvalidArgument, "PUE-0108",
                    fmt::format("files named like `{}` may be in {} formats: {}", shown,
                                refs.size(), JoinedParts(ids)),
                    fmt::format("choose with {}", Flags(flag, refs)));
}

std::string DescribeHead(std::string_view head) {
  head = head.substr(0, kHeadBytes);
  const Sniffed sniffed = Sniff(head);
  switch (sniffed.look) {
    case Look::kEmpty:
      return "an empty file";
    case Look::kXml:
      if (sniffed.is_html) return "a page of HTML";
      if (!sniffed.root.has_value()) {
        return "an XML file whose root element is not within its first bytes";
      }
      return fmt::format("an XML file with root element <{}>", ShownText(sniffed.root->name));
    case Look::kJson: {
      const std::string_view kind = sniffed.is_list ? "a JSON list" : "a JSON file";
      if (sniffed.keys.empty()) return std::string(kind);
      return fmt::format("{} with {}", kind, ShownKeys(sniffed.keys));
    }
    case Look::kText:
    case Look::kBinary:
      break;
  }
  struct Mark {
    std::string_view bytes;
    std::string_view what;
  };
  constexpr std::array<Mark, 10> kMarks = {{
      {"\x1f\x8b", "a file packed with gzip"},
      {"\x28\xb5\x2f\xfd", "a file packed with zstd"},
      {"BZh", "a file packed with bzip2"},
      {"\xfd"
       "7zXZ",
       "a file packed with xz"},
      {"PK\x03\x04", "a ZIP archive, such as an XLSX workbook"},
      {"\xd0\xcf\x11\xe0", "an old Office document, such as an XLS workbook"},
      {"%PDF", "a PDF document"},
      {"\x89PNG", "a PNG image"},
      {"\xff\xd8\xff", "a JPEG image"},
      {"SQLite format 3", "an SQLite database"},
  }};
  for (const Mark& mark : kMarks) {
    if (head.starts_with(mark.bytes)) return std::string(mark.what);
  }
  if (sniffed.look == Look::kBinary) return "a binary file";
  const size_t start = sniffed.text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return "a file of white space";
  const std::string_view rest = std::string_view(sniffed.text).substr(start);
  return fmt::format("a text that begins with `{}`",
                     ShownText(rest.substr(0, rest.find_first_of("\r\n"))));
}

}  // namespace puente::plugin
