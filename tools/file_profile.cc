// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What is in a file: counts, publishers, dates, totals, countries, sectors and languages.
#include "tools/file_profile.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <string_view>

#include "core/base/calendar.h"
#include "core/base/schema.h"
#include "core/base/utf8.h"
#include "core/findings/finding_text.h"
#include "core/findings/json_text.h"
#include "core/totals/transaction_types.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using totals::TransactionTypeName;

/// People read the names of so many columns; JSON has all.
constexpr size_t kMostColumnsShown = 100;

/// Counts the languages of all narratives below a message, and of the records themselves.
void CountLanguages(const Message& message, std::map<std::string, uint64_t>* languages) {
  const Reflection* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->name() == "lang" && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      ++(*languages)[reflection->GetString(message, field)];
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
               !IsLeafMessage(*field->message_type())) {
      if (!field->is_repeated()) {
        CountLanguages(reflection->GetMessage(message, field), languages);
        continue;
      }
      const int size = reflection->FieldSize(message, field);
      for (int i = 0; i < size; ++i) {
        CountLanguages(reflection->GetRepeatedMessage(message, field, i), languages);
      }
    }
  }
}

void CountLanguages(const v1::XmlNode& node, std::map<std::string, uint64_t>* languages) {
  if (node.has_attribute() && node.attribute().name() == "xml:lang") {
    ++(*languages)[node.attribute().value()];
  }
  if (!node.has_element()) return;
  for (const v1::XmlAttribute& attribute : node.element().attributes()) {
    if (attribute.name() == "xml:lang") ++(*languages)[attribute.value()];
  }
  for (const v1::XmlNode& child : node.element().children()) CountLanguages(child, languages);
}

/// A type that is no known code: that of another standard, or the status of a flow.
std::string NameOfType(const std::string& type) {
  if (type.empty()) return "type not given";
  const bool is_word = type.find_first_of("0123456789") == std::string::npos;
  return (is_word ? "" : "type ") + EscapeForTerminal(type);
}

/// Entries by falling count, then by key.
template <typename Key>
std::vector<std::pair<Key, uint64_t>> Ranked(const std::map<Key, uint64_t>& counts) {
  std::vector<std::pair<Key, uint64_t>> list(counts.begin(), counts.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  return list;
}

}  // namespace

void FileProfile::AddDate(const v1::Date& date) {
  std::string text;
  if (!AppendDate(date, &text)) return;
  if (first_date_.empty() || text < first_date_) first_date_ = text;
  if (last_date_.empty() || text > last_date_) last_date_ = text;
}

void FileProfile::AddLanguages(const v1::Record& record) {
  if (const Message* content = RecordContent(record)) CountLanguages(*content, &languages_);
  for (const v1::ResidueNode& node : record.residue().nodes()) {
    CountLanguages(node.xml(), &languages_);
  }
}

void FileProfile::AddActivity(const v1::Record& record) {
  const v1::Activity& activity = record.activity();
  ++activities_;
  if (!activity.reporting_org().ref().empty()) {
    const std::string& ref = activity.reporting_org().ref();
    ++publishers_[ref];
    if (activity.reporting_org().narratives_size() > 0) {
      publisher_names_.emplace(ref, activity.reporting_org().narratives(0).text());
    }
  }
  for (const v1::ActivityDate& date : activity.activity_dates()) {
    if (date.has_iso_date()) AddDate(date.iso_date());
  }
  std::set<std::string> countries;
  for (const v1::RecipientCountry& country : activity.recipient_countries()) {
    if (!country.code().empty()) countries.insert(country.code());
  }
  if (activity.has_flow()) {
    // A flow names where its money goes, without a code.
    for (const v1::Transaction& transaction : activity.transactions()) {
      for (const v1::MoneyEndpoint& end : transaction.destinations()) {
        if (end.place().narratives_size() > 0) countries.insert(end.place().narratives(0).text());
      }
    }
  }
  for (const std::string& code : countries) ++countries_[code];
  std::set<std::pair<std::string, std::string>> sectors;
  for (const v1::Sector& sector : activity.sectors()) {
    if (!sector.code().empty()) {
      sectors.emplace(sector.vocabulary().empty() ? "1" : sector.vocabulary(), sector.code());
    }
  }
  for (const auto& sector : sectors) ++sectors_[sector];
  for (const v1::Transaction& transaction : activity.transactions()) {
    ++transactions_;
    if (transaction.transaction_date().has_date()) AddDate(transaction.transaction_date().date());
    // The amount that all flows have is the one in US dollars.
    const bool is_flow = activity.has_flow();
    if (!is_flow && !transaction.has_value()) continue;
    const v1::Money& money =
        is_flow ? transaction.reported_conversion().amount() : transaction.value();
    if (!money.has_value()) {
      ++not_a_number_;
      continue;
    }
    auto amount = DecimalFromProto(money.value());
    if (!amount.ok()) {
      ++not_a_number_;
      continue;
    }
    const std::string& own =
        !money.currency().empty() ? money.currency() : activity.default_currency();
    Total& total = is_flow ? totals_[{"USD", activity.flow().status()}]
                           : totals_[{own, transaction.transaction_type().code()}];
    ++total.count;
    if (auto sum = Decimal::Add(total.sum, *amount); sum.ok()) {
      total.sum = *sum;
    } else {
      total.overflow = true;
    }
  }
}

void FileProfile::Add(const v1::Record& record) {
  if (record.content_case() == v1::Record::kDatasetHeader) {
    const auto& columns = record.dataset_header().table().columns();
    columns_.assign(columns.begin(), columns.end());
    return;
  }
  ++kinds_[std::string(RecordKind(record))];
  AddLanguages(record);
  if (record.has_activity()) {
    AddActivity(record);
  } else if (record.has_organisation()) {
    ++organisations_;
    if (!record.organisation().reporting_org().ref().empty()) {
      publishers_.emplace(record.organisation().reporting_org().ref(), 0);
    }
  }
}

std::string FileProfile::Json(const std::string& file, const std::string& format,
                              const std::string& version) const {
  std::string out = "{";
  AppendJsonMember("file", file, &out);
  AppendJsonMember("format", format, &out);
  AppendJsonMember("version", version, &out);
  out += fmt::format(",\"records\":{{\"activities\":{},\"organisations\":{}", activities_,
                     organisations_);
  for (const auto& [kind, count] : kinds_) {
    if (kind != "activity" && kind != "organisation") out += fmt::format(",\"{}\":{}", kind, count);
  }
  out += fmt::format("}},\"transactions\":{},\"publishers\":[", transactions_);
  const auto list = [&out](const auto& entries, auto&& write) {
    bool first = true;
    for (const auto& entry : entries) {
      out += first ? "{" : ",{";
      first = false;
      write(entry);
      out += "}";
    }
    out += "]";
  };
  list(publishers_, [&](const auto& entry) {
    AppendJsonMember("ref", entry.first, &out);
    AppendJsonMember("activities", entry.second, &out);
  });
  out += ",\"totals\":[";
  list(totals_, [&](const auto& entry) {
    AppendJsonMember("currency", entry.first.first, &out);
    AppendJsonMember("transaction_type", entry.first.second, &out);
    AppendJsonKey("sum", &out);
    if (entry.second.overflow) {
      out += "null";
    } else {
      AppendJsonString(entry.second.sum.ToString(), &out);
    }
    AppendJsonMember("count", entry.second.count, &out);
  });
  out += fmt::format(",\"not_a_number\":{},\"countries\":[", not_a_number_);
  list(countries_, [&](const auto& entry) {
    AppendJsonMember("code", entry.first, &out);
    AppendJsonMember("activities", entry.second, &out);
  });
  out += ",\"sectors\":[";
  list(sectors_, [&](const auto& entry) {
    AppendJsonMember("vocabulary", entry.first.first, &out);
    AppendJsonMember("code", entry.first.second, &out);
    AppendJsonMember("activities", entry.second, &out);
  });
  out += ",\"languages\":[";
  list(languages_, [&](const auto& entry) {
    AppendJsonMember("code", entry.first, &out);
    AppendJsonMember("count", entry.second, &out);
  });
  out += ",\"dates\":{";
  AppendJsonMember("first", first_date_, &out);
  AppendJsonMember("last", last_date_, &out);
  out += "}";
  if (!columns_.empty()) {
    out += ",\"columns\":[";
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) out += ',';
      AppendJsonString(columns_[i], &out);
    }
    out += "]";
  }
  return out + "}";
}

std::string FileProfile::Text(const std::string& file, const std::string& format,
                              const std::string& version) const {
  std::string out = fmt::format("{}: {}{}{}\n", EscapeForTerminal(file), format,
                                version.empty() ? "" : " ", EscapeForTerminal(version));
  const auto line = [&out](std::string_view name, std::string_view value) {
    out += fmt::format("  {:<13} {}\n", name, value);
  };
  std::string records;
  for (const auto& [kind, count] : kinds_) {
    if (!records.empty()) records += ", ";
    const bool one = count == 1;
    std::string plural =
        kind == "activity" ? (one ? "activity" : "activities") : kind + (one ? "" : "s");
    records += FormatCount(count) + " " + plural;
  }
  if (activities_ > 0) {
    records += fmt::format(" with {} transaction{}", FormatCount(transactions_),
                           transactions_ == 1 ? "" : "s");
  }
  line("records", records.empty() ? "none" : records);
  if (!columns_.empty()) {
    std::string columns;
    for (size_t i = 0; i < columns_.size() && i < kMostColumnsShown; ++i) {
      columns += (columns.empty() ? "" : ", ") + EscapeForTerminal(columns_[i]);
    }
    if (columns_.size() > kMostColumnsShown) {
      columns += fmt::format(" and {} more", FormatCount(columns_.size() - kMostColumnsShown));
    }
    line("columns", columns);
  }
  if (!first_date_.empty()) line("dates", first_date_ + " to " + last_date_);
  constexpr size_t kMost = 8;
  std::string text;
  size_t shown = 0;
  const auto add = [&](std::string_view item, size_t all) {
    if (shown < kMost) text += (text.empty() ? "" : ", ") + std::string(item);
    if (shown == kMost) text += fmt::format(" and {} more", FormatCount(all - kMost));
    ++shown;
  };
  const auto flush = [&](std::string_view name) {
    if (!text.empty()) line(name, text);
    text.clear();
    shown = 0;
  };
  for (const auto& [ref, count] : Ranked(publishers_)) {
    const auto name = publisher_names_.find(ref);
    add(fmt::format("{}{}{}", ref.empty() ? "(none)" : EscapeForTerminal(ref),
                    name == publisher_names_.end() || name->second.empty()
                        ? ""
                        : " " + EscapeForTerminal(ClipText(name->second, 60)),
                    publishers_.size() > 1 ? fmt::format(" ({})", FormatCount(count)) : ""),
        publishers_.size());
  }
  flush("publishers");
  for (const auto& [code, count] : Ranked(countries_)) {
    add(fmt::format("{} {}", EscapeForTerminal(code), FormatCount(count)), countries_.size());
  }
  flush("countries");
  for (const auto& [sector, count] : Ranked(sectors_)) {
    add(fmt::format("{}{} {}", sector.first == "1" ? "" : EscapeForTerminal(sector.first) + ":",
                    EscapeForTerminal(sector.second), FormatCount(count)),
        sectors_.size());
  }
  flush("sectors");
  for (const auto& [code, count] : Ranked(languages_)) {
    add(fmt::format("{} {}", code.empty() ? "(empty)" : EscapeForTerminal(code),
                    FormatCount(count)),
        languages_.size());
  }
  flush("languages");
  if (!totals_.empty()) {
    out += "  totals\n";
    size_t width = 0;
    for (const auto& [key, total] : totals_) {
      width = std::max(width, WithThousands(total.sum.ToString()).size());
    }
    for (const auto& [key, total] : totals_) {
      const std::string_view name = TransactionTypeName(key.second);
      out += fmt::format("    {:<5} {:>{}}  {} ({} transaction{})\n",
                         key.first.empty() ? "?" : EscapeForTerminal(key.first),
                         total.overflow ? "too large" : WithThousands(total.sum.ToString()), width,
                         name.empty() ? NameOfType(key.second) : std::string(name),
                         FormatCount(total.count), total.count == 1 ? "" : "s");
    }
  }
  if (not_a_number_ > 0) {
    line("left out", fmt::format("{} transaction{} whose value is not a number",
                                 FormatCount(not_a_number_), not_a_number_ == 1 ? "" : "s"));
  }
  return out;
}

}  // namespace puente::tools
