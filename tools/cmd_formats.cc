// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente formats`, `identify`, `limits` and `explain`: what Puente knows.
#include <algorithm>
#include <cctype>
#include <memory>

#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "fmt/format.h"
#include "tools/commands.h"

namespace puente::tools {
namespace {

std::string Joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string JsonText(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

std::string JsonList(const std::vector<std::string>& words) {
  std::string out = "[";
  for (const std::string& word : words) {
    if (out.size() > 1) out += ',';
    out += JsonText(word);
  }
  return out + "]";
}

int Finish(Session& session, std::string_view text) {
  const absl::Status status = WriteStdout(text);
  return status.ok() ? pipeline::kExitDone : session.Fail(status);
}

std::string OptionLine(const plugin::OptionSpec& option) {
  std::string values(plugin::OptionTypeName(option.type));
  if (!option.values.empty()) values = Joined(option.values, "|");
  const std::string_view flag = !option.for_read    ? "--out-opt"
                                : !option.for_write ? "--in-opt"
                                                    : "--in-opt/--out-opt";
  return fmt::format(
      "    {} {}={}{}\n        {}\n", flag, option.name, values,
      option.default_value.has_value()
          ? fmt::format(" (default {})",
                        option.default_value->empty() ? "empty" : *option.default_value)
      : option.required ? " (required)"
                        : "",
      option.help);
}

/// As in the manifest, with what it leaves to a default.
std::string OptionJson(const plugin::OptionSpec& option) {
  std::string text =
      fmt::format("{{\"name\":{},\"type\":{},\"applies_to\":\"{}\",\"required\":{}",
                  JsonText(option.name), JsonText(plugin::OptionTypeName(option.type)),
                  !option.for_write  ? "read"
                  : !option.for_read ? "write"
                                     : "both",
                  option.required);
  if (!option.values.empty()) text += ",\"values\":" + JsonList(option.values);
  for (const auto& [name, value] : {std::pair("default", &option.default_value),
                                    std::pair("min", &option.min), std::pair("max", &option.max)}) {
    if (value->has_value()) text += fmt::format(",\"{}\":{}", name, JsonText(**value));
  }
  return text + fmt::format(",\"help\":{}}}", JsonText(option.help));
}

int RunFormats(Session& session, const std::string& id, bool json) {
  std::string text;
  bool found = id.empty();
  std::vector<std::string> ids;
  for (const auto& entry : session.catalog().entries()) {
    for (const plugin::Format& format : entry->manifest.formats) {
      ids.push_back(format.id);
      if (!id.empty() && format.id != id) continue;
      found = true;
      const std::string_view direction = !format.write  ? "read"
                                         : !format.read ? "write"
                                                        : "read, write";
      if (json) {
        text += fmt::format(
            "{{\"format\":{},\"plugin\":{},\"title\":{},\"read\":{},\"write\":{},\"lossless\":{},"
            "\"streaming\":{},\"splits\":{},\"extensions\":{},\"versions\":{},\"options\":[",
            JsonText(format.id), JsonText(entry->manifest.name), JsonText(format.title),
            format.read, format.write, JsonText(plugin::LosslessName(format.lossless)),
            format.streaming, format.splits, JsonList(format.extensions),
            JsonList(format.versions));
        for (size_t i = 0; i < format.options.size(); ++i) {
          if (i > 0) text += ',';
          text += OptionJson(format.options[i]);
        }
        text += "]}\n";
        continue;
      }
      text += fmt::format("{:<8} {}\n", format.id, format.title);
      text += fmt::format("         {}; {}; {}\n", direction, Joined(format.extensions, " "),
                          format.lossless == plugin::Lossless::kFull ? "keeps every record whole"
                          : format.lossless == plugin::Lossless::kDeclared
                              ? "the receipt names what has no place"
                              : "a view, not made to be read back");
      if (!id.empty()) {
        for (const plugin::OptionSpec& option : format.options) text += OptionLine(option);
      }
    }
  }
  if (!found) {
    const auto missing = session.catalog().FindFormat(id, plugin::Direction::kRead);
    return session.Fail(missing.ok() ? UsageError("no such format", "") : missing.status());
  }
  if (id.empty() && !json && !ids.empty()) {
    text += "\n`puente formats FORMAT` shows the options of one.\n";
  }
  return Finish(session, text);
}

/// Every score of one input, for people.
std::string ScoresText(const std::vector<plugin::FormatScore>& scores) {
  std::string text;
  for (const plugin::FormatScore& score : scores) {
    text += fmt::format("  {:<8} {:>3} %\n", score.format->id, score.confidence);
    for (const plugin::RuleScore& rule : score.rules) {
      text += fmt::format("    {:>3} %  {:<11}  {}", rule.confidence,
                          plugin::RuleAnswerName(rule.answer), EscapeForTerminal(rule.looks_for));
      const bool told = rule.answer != plugin::RuleAnswer::kNo && !rule.reason.empty();
      text += told ? fmt::format(": {}\n", EscapeForTerminal(rule.reason)) : "\n";
    }
    if (!score.plugin.empty()) {
      text += fmt::format("           plugin       {}\n", EscapeForTerminal(score.plugin));
    }
  }
  return text;
}

/// Every score of one input, as a JSON list.
std::string ScoresJson(const std::vector<plugin::FormatScore>& scores) {
  std::string text = "[";
  for (const plugin::FormatScore& score : scores) {
    text += fmt::format(
        "{}{{\"format\":{},\"plugin\":{},\"confidence\":{},\"plugin_says\":{},"
        "\"rules\":[",
        text.size() > 1 ? "," : "", JsonText(score.format->id),
        JsonText(score.entry->manifest.name), score.confidence, JsonText(score.plugin));
    for (size_t i = 0; i < score.rules.size(); ++i) {
      const plugin::RuleScore& rule = score.rules[i];
      text += fmt::format("{}{{\"answer\":{},\"confidence\":{},\"looks_for\":{},\"reason\":{}}}",
                          i == 0 ? "" : ",", JsonText(plugin::RuleAnswerName(rule.answer)),
                          rule.confidence, JsonText(rule.looks_for), JsonText(rule.reason));
    }
    text += "]}";
  }
  return text + "]";
}

int RunIdentify(Session& session, const std::vector<std::string>& files, bool json, bool verbose) {
  int exit_code = pipeline::kExitDone;
  std::string text;
  for (const std::string& path : files) {
    plugin::SourceOptions source_options;
    source_options.limits = &session.limits();
    source_options.cancel = Session::Interrupted();
    auto source = plugin::Source::Open(path, source_options);
    if (!source.ok()) {
      exit_code = session.Fail(source.status());
      continue;
    }
    const std::string_view head = (*source)->head();
    const plugin::Identification all = plugin::IdentifyWithScores(
        session.catalog(), &session.loader(), path, head, (*source)->c_source());
    const std::vector<plugin::Candidate>& candidates = all.candidates;
    const std::string_view packing = plugin::PackingName((*source)->packing());
    const auto chosen = plugin::Choose(session.catalog(), candidates, path, head);
    if (!chosen.ok()) exit_code = session.Fail(WithSource(chosen.status(), path));
    if (json) {
      text +=
          fmt::format("{{\"file\":{},\"format\":{},\"version\":{},\"packing\":{},\"candidates\":[",
                      JsonText(path), chosen.ok() ? JsonText(chosen->format->id) : "null",
                      chosen.ok() ? JsonText(chosen->version) : "null", JsonText(packing));
      for (size_t i = 0; i < candidates.size(); ++i) {
        text += fmt::format("{}{{\"format\":{},\"confidence\":{},\"version\":{},\"reason\":{}}}",
                            i == 0 ? "" : ",", JsonText(candidates[i].format->id),
                            candidates[i].confidence, JsonText(candidates[i].version),
                            JsonText(candidates[i].reason));
      }
      text += verbose ? "],\"scores\":" + ScoresJson(all.scores) + "}\n" : "]}\n";
      continue;
    }
    if (chosen.ok()) {
      text +=
          fmt::format("{}: {}{}{} ({} %, {}{}{})\n", EscapeForTerminal(path), chosen->format->id,
                      chosen->version.empty() ? "" : " ", EscapeForTerminal(chosen->version),
                      chosen->confidence, EscapeForTerminal(chosen->reason),
                      packing.empty() ? "" : ", packed with ", packing);
    } else if (verbose) {
      text += fmt::format("{}: no format\n", EscapeForTerminal(path));
    }
    if (verbose) text += ScoresText(all.scores);
  }
  const int written = Finish(session, text);
  return written != pipeline::kExitDone ? written : exit_code;
}

int RunLimits(Session& session, bool json) {
  std::string text;
  for (const Limit& limit : LimitTable()) {
    const uint64_t value = session.limits().*(limit.member);
    if (json) {
      text +=
          fmt::format("{{\"name\":{},\"value\":{},\"min\":{},\"max\":{},\"meaning\":{}}}\n",
                      JsonText(limit.name), value, limit.min, limit.max, JsonText(limit.meaning));
    } else {
      text += fmt::format("{:<23} {:>9}  {}\n", limit.name, FormatLimit(value, limit.unit),
                          limit.meaning);
    }
  }
  if (!json) text += "\nChange one with --limit-set NAME=VALUE.\n";
  return Finish(session, text);
}

int RunExplain(Session& session, const std::string& code, const std::string& language) {
  const CodeCatalogue& codes = session.codes();
  if (code.empty()) {
    std::string text;
    for (const CodeEntry* entry : codes.List()) {
      text += fmt::format("{:<10} {:<8} {}\n", entry->code, SeverityName(entry->severity),
                          entry->title.In(language));
    }
    return Finish(session, text);
  }
  const CodeEntry* entry = codes.Find(code);
  if (entry == nullptr) {
    const std::string near = codes.Nearest(code);
    return session.Fail(UsageError(fmt::format("there is no code `{}`", code),
                                   near.empty() ? "`puente explain` lists all codes"
                                                : fmt::format("did you mean `{}`?", near)));
  }
  std::string text =
      fmt::format("{} ({}): {}\n\n{}\n\n{}\n", entry->code, SeverityName(entry->severity),
                  entry->title.In(language), entry->explain.In(language), entry->fix.In(language));
  if (!entry->example.empty()) text += fmt::format("\n    {}\n", entry->example);
  return Finish(session, text);
}

}  // namespace

void AddFormats(CLI::App& app, CommandTable* table) {
  CLI::App* command = app.add_subcommand("formats", "List the formats, or explain one");
  auto id = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  command->add_option("format", *id, "Show the options of this format");
  command->add_flag("--json", *json, "One JSON object a line");
  (*table)[command] = [id, json](Session& session) { return RunFormats(session, *id, *json); };
}

void AddIdentify(CLI::App& app, CommandTable* table) {
  CLI::App* command = app.add_subcommand("identify", "Say which format files are in, and why");
  auto files = std::make_shared<std::vector<std::string>>();
  auto json = std::make_shared<bool>(false);
  auto verbose = std::make_shared<bool>(false);
  command->add_option("files", *files, "Files; - is standard input")->required();
  command->add_flag("--json", *json, "One JSON object a line");
  command->add_flag("-v,--verbose", *verbose,
                    "Show every score: each format, its rules and its plugin");
  (*table)[command] = [files, json, verbose](Session& session) {
    return RunIdentify(session, *files, *json, *verbose);
  };
}

void AddLimits(CLI::App& app, CommandTable* table) {
  CLI::App* command = app.add_subcommand("limits", "Show the limits that hold for inputs");
  auto json = std::make_shared<bool>(false);
  command->add_flag("--json", *json, "One JSON object a line");
  (*table)[command] = [json](Session& session) { return RunLimits(session, *json); };
}

void AddExplain(CLI::App& app, CommandTable* table) {
  CLI::App* command = app.add_subcommand("explain", "Explain the code of a message");
  auto code = std::make_shared<std::string>();
  auto language = std::make_shared<std::string>("en");
  command->add_option("code", *code, "Code such as PUE-0201; without one all are listed");
  command->add_option("--lang", *language, "en (default), es or pt")
      ->check(CLI::IsMember({"en", "es", "pt"}));
  (*table)[command] = [code, language](Session& session) {
    return RunExplain(session, *code, *language);
  };
}

}  // namespace puente::tools
