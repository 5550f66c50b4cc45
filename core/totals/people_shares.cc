// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Shares of girls, boys, women and men of each population type by place and sector.

#include "core/totals/people_shares.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "core/base/strings.h"
#include "core/totals/ledger.h"
#include "fmt/format.h"

namespace puente::totals {
namespace {

constexpr int kNamed = 3;
constexpr size_t kMaxColumns = 1000;

/// The beginnings and ends of the names of the columns, as `Dest_GIrls`.
constexpr std::pair<std::string_view, std::string_view> kPopulations[] = {
    {"dest", "in destination"}, {"transit", "in transit"}, {"hc", "host community"},
    {"pendular", "pendular"},   {"returnees", "returnee"},
};
constexpr std::pair<std::string_view, std::string_view> kSexAges[] = {
    {"girls", "female 0-17"},
    {"boys", "male 0-17"},
    {"women", "female 18+"},
    {"men", "male 18+"},
};

/// R4V's English names of sectors, made plain, and our codes of them.
constexpr std::pair<std::string_view, std::string_view> kSectors[] = {
    {"education", "education"},
    {"food security", "food_security"},
    {"health", "health"},
    {"humanitarian transportation", "humanitarian_transportation"},
    {"integration", "integration"},
    {"multipurpose cash assistance (mpc)", "mpc"},
    {"multipurpose cbi", "mpc"},
    {"nutrition", "nutrition"},
    {"protection (general)", "protection_general"},
    {"protection (child protection)", "protection_child"},
    {"protection (gbv)", "protection_gbv"},
    {"protection (human trafficking and smuggling)", "protection_trafficking"},
    {"protection (human trafficking & smuggling)", "protection_trafficking"},
    {"protection (support spaces)", "protection_support_spaces"},
    {"shelter", "shelter"},
    {"wash", "wash"},
};

std::string Plain(std::string_view text) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(ToAbsl(text)));
}

std::string KeyOf(std::string_view country, std::string_view admin1, std::string_view sector) {
  return fmt::format("{}\n{}\n{}", Plain(country), Plain(admin1), sector);
}

int ColumnOf(std::string_view name) {
  const std::string plain = Plain(name);
  if (plain == "country") return 0;
  if (plain == "admin1") return 1;
  if (plain == "subsector" || plain == "sector") return 2;
  for (size_t p = 0; p < std::size(kPopulations); ++p) {
    for (size_t a = 0; a < std::size(kSexAges); ++a) {
      if (plain == fmt::format("{}_{}", kPopulations[p].first, kSexAges[a].first)) {
        return kNamed + static_cast<int>(p * std::size(kSexAges) + a);
      }
    }
  }
  return -1;
}

/// Numbers of workbooks are binary ones with up to 17 digits: `7.0000000000000007E-2` is 0.07.
std::optional<Decimal> Share(std::string_view text) {
  double number = 0;
  if (!absl::SimpleAtod(ToAbsl(text), &number) || !(number >= 0 && number <= 1)) {
    return std::nullopt;
  }
  const absl::StatusOr<Decimal> share = Decimal::Parse(fmt::format("{}", number));
  return share.ok() ? std::optional<Decimal>(*share) : std::nullopt;
}

absl::Status Refuse(std::string message, std::string hint) {
  return TotalsError(absl::StatusCode::kFailedPrecondition, "PUE-0601", std::move(message),
                     std::move(hint));
}

}  // namespace

std::string_view PeopleShares::PopulationOf(size_t i) {
  return kPopulations[i / std::size(kSexAges)].second;
}

std::string_view PeopleShares::SexAgeOf(size_t i) {
  return kSexAges[i % std::size(kSexAges)].second;
}

absl::Status PeopleShares::Add(const v1::Record& record) {
  if (record.has_dataset_header()) TakeHeader(record.dataset_header());
  if (record.has_row() && sheet_number_ == record.row().sheet()) return TakeRow(record.row());
  return absl::OkStatus();
}

void PeopleShares::TakeHeader(const v1::DatasetHeader& header) {
  const v1::TableLayout& table = header.table();
  // CSV has no sheets.
  if (table.sheets().empty() && sheet_.empty()) {
    TakeColumns({table.columns().begin(), table.columns().end()}, 0, "");
  }
  for (int i = 0; i < table.sheets_size(); ++i) {
    const v1::SheetLayout& sheet = table.sheets(i);
    if (!sheet_.empty() && sheet.name() != sheet_) continue;
    std::vector<std::string> names;
    for (int c = 0; c < sheet.header().cells_size(); ++c) {
      const size_t at =
          sheet.header().columns().empty() ? static_cast<size_t>(c) : sheet.header().columns(c);
      if (at > kMaxColumns) break;
      if (names.size() <= at) names.resize(at + 1);
      names[at] = sheet.header().cells(c).text();
    }
    TakeColumns(names, static_cast<uint32_t>(i), sheet.name());
  }
}

void PeopleShares::TakeColumns(const std::vector<std::string>& names, uint32_t sheet,
                               const std::string& name) {
  std::vector<int> columns;
  std::array<bool, kNamed + kParts> seen = {};
  for (const std::string& column : names) {
    columns.push_back(ColumnOf(column));
    if (columns.back() >= 0) seen[static_cast<size_t>(columns.back())] = true;
  }
  if (sheet_number_.has_value() || std::find(seen.begin(), seen.end(), false) != seen.end()) return;
  columns_ = std::move(columns);
  sheet_number_ = sheet;
  sheet_name_ = name;
}

absl::Status PeopleShares::TakeRow(const v1::Row& row) {
  std::string_view names[kNamed];
  Parts parts;
  for (int c = 0; c < row.cells_size(); ++c) {
    const size_t at = row.columns().empty() ? static_cast<size_t>(c) : row.columns(c);
    const int column = at < columns_.size() ? columns_[at] : -1;
    const std::string& text = row.cells(c).text();
    if (column < 0 || text.empty()) continue;
    if (column < kNamed) {
      names[column] = text;
      continue;
    }
    std::optional<Decimal>& share = parts[static_cast<size_t>(column - kNamed)];
    share = Share(text);
    if (!share.has_value()) {
      return Refuse(fmt::format("row {} of the shares has `{}`, which is no number from 0 to 1",
                                row.number(), text),
                    "shares are parts of 1, such as 0.44");
    }
  }
  if (names[0].empty() && names[1].empty() && names[2].empty()) return absl::OkStatus();
  std::string sector = fmt::format("\n{}", names[2]);
  for (const auto& [name, code] : kSectors) {
    if (Plain(names[2]) == name) sector = code;
  }
  if (shares_.size() >= kMaxPlaces) {
    return TotalsError(absl::StatusCode::kResourceExhausted, "PUE-0203",
                       fmt::format("there are shares of more than {} places", kMaxPlaces),
                       "give one row for each country, admin1 and sector");
  }
  if (!shares_.emplace(KeyOf(names[0], names[1], sector), parts).second) {
    return Refuse(
        fmt::format("the shares of {}, {}, {} are given twice", names[0], names[1], names[2]),
        "give one row for each country, admin1 and sector");
  }
  return absl::OkStatus();
}

absl::Status PeopleShares::Finish() const {
  if (!shares_.empty()) return absl::OkStatus();
  return Refuse(sheet_.empty() ? "there are no shares in the file"
                               : fmt::format("there are no shares in the sheet `{}`", sheet_),
                "the columns are Country, Admin1, Subsector and, for each of Dest, Transit, HC, "
                "Pendular and Returnees, those of Girls, Boys, Women and Men, such as Dest_Girls");
}

const PeopleShares::Parts* PeopleShares::Find(const PeopleRow& row) const {
  const auto at = shares_.find(KeyOf(row.country.name, row.admin1.name, row.sector.key));
  return at == shares_.end() ? nullptr : &at->second;
}

std::optional<Decimal> ShareOf(const Decimal& people, const Decimal& share) {
  Int128 product = 0;
  if (__builtin_mul_overflow(people.unscaled(), share.unscaled(), &product)) return std::nullopt;
  Int128 divisor = 1;
  for (int i = people.scale() + share.scale(); i > 0; --i) divisor *= 10;
  Int128 whole = product / divisor;
  const Int128 rest = product % divisor;
  const Int128 twice = (rest < 0 ? -rest : rest) * 2;
  if (twice > divisor || (twice == divisor && whole % 2 != 0)) whole += product < 0 ? -1 : 1;
  const absl::StatusOr<Decimal> rounded = Decimal::Make(whole, 0);
  return rounded.ok() ? std::optional<Decimal>(*rounded) : std::nullopt;
}

}  // namespace puente::totals
