// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// `puente agency`: who takes part in an exchange, and their tokens.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/utf8.h"
#include "core/findings/json_text.h"
#include "core/pipeline/exit_code.h"
#include "services/store/resource_name.h"
#include "services/store/time_text.h"
#include "services/store/token_secret.h"
#include "tools/commands.h"
#include "tools/store_option.h"

namespace puente::tools {
namespace {

struct AgencyOptions {
  std::string store;
  std::string name;
  std::string title;
  std::vector<std::string> scopes;
  std::string expires;
  std::string revoke;
  bool json = false;
};

std::string ScopeNames(uint32_t scopes) {
  std::string names;
  for (const auto& [bit, name] :
       {std::pair(store::kScopeRead, "read"), std::pair(store::kScopePush, "push"),
        std::pair(store::kScopeAdmin, "admin")}) {
    if ((scopes & bit) != 0) names += (names.empty() ? "" : ",") + std::string(name);
  }
  return names;
}

int RunAdd(Session& session, const AgencyOptions& options) {
  if (!store::IsAgencyId(options.name)) {
    return session.Fail(UsageError(fmt::format("`{}` is no name of an agency", options.name),
                                   "1 to 63 of a-z, 0-9 and -, and no - at its ends"));
  }
  auto opened = OpenSharedStore(options.store, true);
  if (!opened.ok()) return session.Fail(opened.status());
  const absl::Status added = (*opened)->AddAgency(options.name, options.title);
  if (!added.ok()) return session.Fail(StoreError(added));
  session.Say(fmt::format("added {}", store::AgencyName(options.name)));
  return pipeline::kExitDone;
}

int RunToken(Session& session, const AgencyOptions& options) {
  store::Token token;
  token.agency = options.name;
  token.create_time = store::NowMicros();
  for (const std::string& scope : options.scopes) {
    token.scopes |= scope == "read"   ? store::kScopeRead
                    : scope == "push" ? store::kScopePush
                                      : store::kScopeAdmin;
  }
  if (token.scopes == 0) token.scopes = store::kScopeRead | store::kScopePush;
  if (!options.expires.empty()) {
    auto seconds = ParseDuration(options.expires);
    if (!seconds.ok()) return session.Fail(seconds.status());
    token.expire_time = token.create_time + *seconds * 1'000'000;
  }
  auto opened = OpenSharedStore(options.store, false);
  if (!opened.ok()) return session.Fail(opened.status());
  store::Store& store = **opened;
  if (!options.revoke.empty()) {
    auto tokens = store.ListTokens(options.name);
    if (!tokens.ok()) return session.Fail(StoreError(tokens.status()));
    const bool is_own = std::any_of(tokens->begin(), tokens->end(), [&](const store::Token& known) {
      return known.id == options.revoke;
    });
    if (!is_own) {
      return session.Fail(
          UsageError(fmt::format("{} has no token `{}`", options.name, options.revoke),
                     "`puente agency list` shows the tokens of each agency"));
    }
    auto revoked = store.RevokeToken(options.revoke, token.create_time);
    if (!revoked.ok()) return session.Fail(StoreError(revoked.status()));
    session.Say(fmt::format("revoked {}", store::TokenName(options.name, options.revoke)));
    return pipeline::kExitDone;
  }
  auto secret = store::MakeTokenSecret();
  if (!secret.ok()) return session.Fail(StoreError(secret.status()));
  token.id = secret->id;
  const absl::Status added = store.AddToken(token, secret->hash);
  if (!added.ok()) return session.Fail(StoreError(added));
  session.Say(fmt::format(
      "token {} of {}: {}{}", token.id, token.agency, ScopeNames(token.scopes),
      token.expire_time == 0 ? std::string() : ", until " + store::UtcText(token.expire_time)));
  const absl::Status written = WriteStdout(secret->secret + "\n");
  return written.ok() ? pipeline::kExitDone : session.Fail(written);
}

std::string AgencyText(const store::Agency& agency, const std::vector<store::Token>& tokens) {
  std::string out =
      fmt::format("{}  {}  revision {}\n", agency.name,
                  agency.title.empty() ? "-" : EscapeForTerminalLine(agency.title), agency.head);
  for (const store::Token& token : tokens) {
    const std::string state =
        token.revoke_time != 0   ? "revoked " + store::UtcText(token.revoke_time)
        : token.expire_time != 0 ? "until " + store::UtcText(token.expire_time)
                                 : "valid";
    out += fmt::format("  token {}  {}  made {}  {}\n", token.id, ScopeNames(token.scopes),
                       store::UtcText(token.create_time), state);
  }
  return out;
}

std::string AgencyJson(const store::Agency& agency, const std::vector<store::Token>& tokens) {
  std::string out = "{";
  AppendJsonMember("agency", agency.name, &out);
  AppendJsonMember("title", agency.title, &out);
  AppendJsonMember("revision", static_cast<uint64_t>(agency.head), &out);
  AppendJsonKey("tokens", &out);
  out += '[';
  for (const store::Token& token : tokens) {
    std::string member = "{";
    AppendJsonMember("id", token.id, &member);
    AppendJsonMember("scopes", ScopeNames(token.scopes), &member);
    AppendJsonMember("made", store::UtcText(token.create_time), &member);
    AppendJsonMember("expires", store::UtcText(token.expire_time), &member);
    AppendJsonMember("revoked", store::UtcText(token.revoke_time), &member);
    if (out.back() != '[') out += ',';
    out += member + "}";
  }
  return out + "]}\n";
}

int RunList(Session& session, const AgencyOptions& options) {
  auto opened = OpenSharedStore(options.store, false);
  if (!opened.ok()) return session.Fail(opened.status());
  auto agencies = (*opened)->ListAgencies();
  if (!agencies.ok()) return session.Fail(StoreError(agencies.status()));
  std::string out;
  for (const store::Agency& agency : *agencies) {
    auto tokens = (*opened)->ListTokens(agency.name);
    if (!tokens.ok()) return session.Fail(StoreError(tokens.status()));
    out += options.json ? AgencyJson(agency, *tokens) : AgencyText(agency, *tokens);
  }
  const absl::Status written = WriteStdout(out);
  return written.ok() ? pipeline::kExitDone : session.Fail(written);
}

}  // namespace

void AddAgency(CLI::App& app, CommandTable* table) {
  CLI::App* agency = app.add_subcommand("agency", "The agencies of an exchange, and their tokens");
  agency->require_subcommand(0, 1);
  agency->footer(
      "  puente agency add acme --title \"Acme Agency\" --store sqlite:exchange.db\n"
      "  puente agency token acme --store sqlite:exchange.db > acme.token\n"
      "  puente agency token acme --revoke ID --store sqlite:exchange.db");
  const auto add = [&](const char* name, const char* meaning,
                       int (*run)(Session&, const AgencyOptions&)) {
    auto options = std::make_shared<AgencyOptions>();
    CLI::App* command = agency->add_subcommand(name, meaning);
    AddStoreOption(command, &options->store);
    (*table)[command] = [options, run](Session& session) { return run(session, *options); };
    return std::pair(command, options);
  };
  const auto [add_command, add_options] =
      add("add", "Add an agency; the store is made when it is not there", RunAdd);
  add_command->add_option("name", add_options->name, "1 to 63 of a-z, 0-9 and -")->required();
  add_command->add_option("--title", add_options->title, "Name for people");
  const auto [token_command, token_options] =
      add("token", "Make a token and print its secret, or revoke one", RunToken);
  token_command->add_option("name", token_options->name, "The agency")->required();
  token_command
      ->add_option("--scope", token_options->scopes,
                   "read, push or admin (may be given again); read and push by default")
      ->check(CLI::IsMember({"read", "push", "admin"}))
      ->allow_extra_args(false);
  token_command->add_option("--expires", token_options->expires,
                            "How long it is valid, such as 90d; without end by default");
  token_command->add_option("--revoke", token_options->revoke, "Take the token with this id back");
  const auto [list_command, list_options] =
      add("list", "The agencies and their tokens, without secrets", RunList);
  list_command->add_flag("--json", list_options->json, "One JSON object a line");
  (*table)[agency] = [](Session& session) {
    return session.Fail(UsageError("`puente agency` needs a command: add, token or list",
                                   "`puente agency --help` explains them"));
  };
}

}  // namespace puente::tools
