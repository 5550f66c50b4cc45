// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Packs that go by another: what a year has from the years before it.
#include <algorithm>
#include <utility>

#include "core/base/status.h"
#include "core/base/strings.h"
#include "core/check/rule_pack.h"
#include "fmt/format.h"

namespace puente::check {
namespace {

template <typename Map>
void AddMissing(const Map& from, Map* to) {
  to->insert(from.begin(), from.end());
}

class Resolver {
 public:
  explicit Resolver(std::span<const RulePack> packs) : packs_(packs) {}

  /// The whole pack; `way` are the packs that lead to it.
  absl::StatusOr<RulePack> Whole(const RulePack& pack, std::vector<std::string_view> way) const {
    if (pack.base.empty()) return pack;
    if (std::find(way.begin(), way.end(), pack.id) != way.end()) {
      return PackError(fmt::format("the bases of {} lead back to it", pack.id));
    }
    way.push_back(pack.id);
    const auto found = std::find_if(packs_.begin(), packs_.end(),
                                    [&](const RulePack& one) { return one.id == pack.base; });
    if (found == packs_.end()) {
      return PackError(fmt::format("{} has the base {}, which is not there", pack.id, pack.base));
    }
    absl::StatusOr<RulePack> base = Whole(*found, std::move(way));
    if (!base.ok()) return base;
    return Join(*base, pack);
  }

 private:
  static absl::StatusOr<RulePack> Join(const RulePack& base, const RulePack& pack) {
    RulePack whole = pack;
    AddMissing(base.fields, &whole.fields);
    AddMissing(base.terms, &whole.terms);
    AddMissing(base.lists, &whole.lists);
    whole.replaces.insert(whole.replaces.end(), base.replaces.begin(), base.replaces.end());
    if (whole.organisation.empty()) whole.organisation = base.organisation;
    if (whole.month.empty()) whole.month = base.month;
    whole.rules = base.rules;
    for (const std::string& id : pack.without) {
      const auto rule = std::find_if(whole.rules.begin(), whole.rules.end(),
                                     [&](const Rule& one) { return one.id == id; });
      if (rule == whole.rules.end()) {
        return PackError(fmt::format("{} is without {}, which its base has not", pack.id, id));
      }
      whole.rules.erase(rule);
    }
    for (const Rule& own : pack.rules) {
      const auto rule = std::find_if(whole.rules.begin(), whole.rules.end(),
                                     [&](const Rule& one) { return one.id == own.id; });
      if (rule == whole.rules.end()) {
        whole.rules.push_back(own);
      } else {
        *rule = own;
      }
    }
    return whole;
  }

  const std::span<const RulePack> packs_;
};

}  // namespace

absl::Status PackError(std::string message, std::string hint) {
  ErrorDetail detail;
  detail.code = "PUE-0801";
  detail.message = std::move(message);
  detail.hint = std::move(hint);
  return MakeError(absl::StatusCode::kInvalidArgument, detail);
}

absl::StatusOr<std::vector<RulePack>> WithBases(std::span<const RulePack> packs) {
  const Resolver resolver(packs);
  std::vector<RulePack> whole;
  for (const RulePack& pack : packs) {
    for (const RulePack& before : whole) {
      if (before.id == pack.id) return PackError(fmt::format("two packs are called {}", pack.id));
    }
    absl::StatusOr<RulePack> made = resolver.Whole(pack, {});
    if (!made.ok()) return made.status();
    whole.push_back(*std::move(made));
  }
  return whole;
}

}  // namespace puente::check
