// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The option --where of the commands that choose records.
#include "tools/where.h"

#include <memory>
#include <utility>

#include "core/base/status.h"
#include "core/filter/filter.h"
#include "core/pipeline/exit_code.h"

namespace puente::tools {

void AddWhereOption(CLI::App* command, std::optional<std::string>* where) {
  command
      ->add_option("--where", *where,
                   "Only records that an expression fits, such as 'recipient_country.code = CO AND "
                   "humanitarian = true'; docs/where.md")
      ->type_name("EXPR")
      ->allow_extra_args(false);
}

int MakeRecordFilter(Session& session, const std::optional<std::string>& where,
                     RecordFilter* filter) {
  if (!where.has_value()) return pipeline::kExitDone;
  auto compiled = filter::Filter::Compile(*where, session.limits());
  if (!compiled.ok()) return session.Fail(WithSource(compiled.status(), "--where"), *where);
  auto shared = std::make_shared<const filter::Filter>(*std::move(compiled));
  *filter = [shared](const v1::Record& record) { return shared->Matches(record); };
  return pipeline::kExitDone;
}

}  // namespace puente::tools
