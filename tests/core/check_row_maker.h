// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Headers and rows of 5W sheets, as the plugin r4v5w reads them, made by hand for tests.
#ifndef PUENTE_TESTS_CORE_CHECK_ROW_MAKER_H_
#define PUENTE_TESTS_CORE_CHECK_ROW_MAKER_H_

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/check/rule_pack.h"
#include "core/text/json_value.h"
#include "gtest/gtest.h"
#include "puente/v1/record.pb.h"

namespace puente::check {

/// A file of this repository.
inline std::string SourceText(const std::filesystem::path& path) {
  std::ifstream file(std::filesystem::path(PUENTE_SOURCE_DIR) / path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The packs of the plugin r4v5w, by name of file.
inline std::vector<RulePack> R4vPacks() {
  std::vector<std::filesystem::path> paths;
  const auto folder = std::filesystem::path(PUENTE_SOURCE_DIR) / "plugins/r4v5w/rules";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<RulePack> packs;
  for (const auto& path : paths) {
    absl::StatusOr<RulePack> pack = ParseRulePack(SourceText(path));
    EXPECT_TRUE(pack.ok()) << path << ": " << pack.status();
    if (pack.ok()) packs.push_back(*std::move(pack));
  }
  return packs;
}

/// A header with one sheet `5W`, whose columns are called as what they are.
inline v1::DatasetHeader MakeHeader(std::string_view model,
                                    const std::vector<std::string>& concepts) {
  v1::DatasetHeader header;
  header.set_format("r4v5w");
  header.set_model(std::string(model));
  v1::SheetLayout* const sheet = header.mutable_table()->add_sheets();
  sheet->set_name("5W");
  sheet->set_role("5w");
  for (const std::string& name : concepts) {
    sheet->mutable_header()->add_cells()->set_text(name);
    sheet->add_concepts(name.starts_with("other ") ? "" : name);
  }
  return header;
}

/// A record of a row, filled in step by step.
class RowMaker {
 public:
  explicit RowMaker(uint32_t number) {
    record_.mutable_identity()->set_id("");
    record_.mutable_residue()->mutable_row()->set_number(number);
    record_.mutable_activity()->add_deliveries();
  }

  RowMaker& Country(std::string_view name) {
    activity().add_recipient_countries()->add_narratives()->set_text(std::string(name));
    return *this;
  }
  RowMaker& Admin1(std::string_view name, std::string_view code) {
    v1::Administrative* const place = activity().add_locations()->add_administratives();
    place->add_narratives()->set_text(std::string(name));
    if (!code.empty()) {
      place->set_vocabulary("A4");
      place->set_code(std::string(code));
    }
    return *this;
  }
  RowMaker& Organisation(std::string_view name) {
    activity().mutable_reporting_org()->add_narratives()->set_text(std::string(name));
    return *this;
  }
  RowMaker& Sector(std::string_view name, std::string_view code) {
    v1::Sector* const sector = activity().add_sectors();
    sector->add_narratives()->set_text(std::string(name));
    sector->set_code(std::string(code));
    return *this;
  }
  RowMaker& Name(std::string_view name) {
    activity().mutable_title()->add_narratives()->set_text(std::string(name));
    return *this;
  }
  RowMaker& Description(std::string_view text) {
    activity().add_descriptions()->add_narratives()->set_text(std::string(text));
    return *this;
  }
  RowMaker& Type(std::string_view code) {
    delivery().mutable_indicator_type()->set_code(std::string(code));
    return *this;
  }
  RowMaker& Month(int year, int month) {
    delivery().mutable_period()->set_year(year);
    delivery().mutable_period()->set_month(month);
    return *this;
  }
  RowMaker& Cva(bool value) {
    delivery().set_cash_or_voucher(value);
    return *this;
  }
  RowMaker& Value(int64_t unscaled, int scale) {
    SetDecimal(unscaled, scale, delivery().mutable_value()->mutable_value());
    return *this;
  }
  /// A count of people; `dimension` is such as `population-type=in transit`, `sex=female,age=0-17`.
  RowMaker& People(std::string_view measure, std::string_view dimensions, int64_t unscaled,
                   int scale = 0) {
    v1::PeopleCount* const people = delivery().add_people();
    people->set_measure(std::string(measure));
    SetDecimal(unscaled, scale, people->mutable_count());
    while (!dimensions.empty()) {
      const size_t comma = std::min(dimensions.find(','), dimensions.size());
      const std::string_view one = dimensions.substr(0, comma);
      v1::PeopleDimension* const dimension = people->add_dimensions();
      dimension->set_name(std::string(one.substr(0, one.find('='))));
      dimension->set_value(std::string(one.substr(one.find('=') + 1)));
      dimensions.remove_prefix(std::min(comma + 1, dimensions.size()));
    }
    return *this;
  }
  /// A cell that the reader kept as it is.
  RowMaker& Kept(std::string_view column, std::string_view text) {
    v1::JsonMember* const member = record_.mutable_residue()->add_json()->mutable_member();
    member->set_name(std::string(column));
    text::AppendJsonText(text, member->mutable_value()->mutable_scalar());
    return *this;
  }

  v1::Activity& activity() { return *record_.mutable_activity(); }
  v1::Delivery& delivery() { return *activity().mutable_deliveries(0); }
  v1::Record& record() { return record_; }

 private:
  static void SetDecimal(int64_t unscaled, int scale, v1::Decimal* decimal) {
    decimal->set_unscaled(unscaled);
    decimal->set_scale(scale);
  }

  v1::Record record_;
};

}  // namespace puente::check

#endif  // PUENTE_TESTS_CORE_CHECK_ROW_MAKER_H_
