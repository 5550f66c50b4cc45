// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Fills cells of a mapping table from the parts of an activity.
#ifndef PUENTE_PLUGINS_TABLE_CELL_FILLER_H_
#define PUENTE_PLUGINS_TABLE_CELL_FILLER_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/lexical.h"
#include "core/plugin/sdk/puente_sdk.h"
#include "plugins/table/code_names.h"
#include "plugins/table/mapping_table.h"
#include "puente/v1/record.pb.h"

namespace puente::table {

/// Two columns: names for people and codes or references for machines, in step.
struct NameAndCode {
  size_t name;
  size_t code;
};

/// Fills cells, and says which leaves they hold. `base` is the canonical path of the field that is
/// given, such as `activity.transactions.sectors`. White space at the ends of texts is left out.
class CellFiller {
 public:
  using Narratives = google::protobuf::RepeatedPtrField<v1::Narrative>;
  template <typename T>
  using Repeated = google::protobuf::RepeatedPtrField<T>;

  /// `lang` is the language that texts are wanted in, such as `en`.
  CellFiller(const sdk::Run& run, MappingTable* table, std::string_view lang)
      : run_(run), table_(*table), lang_(lang) {}

  /// The activity that is filled in from now on.
  void Begin(const v1::Record& record, const sdk::RecordInfo& info) {
    record_ = &record;
    info_ = &info;
  }
  const v1::Activity& activity() const { return record_->activity(); }
  MappingTable& table() { return table_; }

  /// The text in the wanted language (its own or the activity's), else the first one that is not
  /// empty; null when there is none.
  const v1::Narrative* Pick(const Narratives& narratives) const;

  /// One text.
  void TextOf(size_t column, std::string_view base, const Narratives& narratives);
  /// A text field of a message, with its leaf.
  void Value(size_t column, std::string_view base, std::string_view field, const void* owner,
             std::string_view text);
  /// A date field of a message, with its leaf. False when it is no date.
  bool DateOf(size_t column, std::string_view base, std::string_view field, const void* owner,
              const v1::Date& date);
  /// A decimal field of a message, with its leaf.
  void DecimalOf(size_t column, std::string_view base, std::string_view field, const void* owner,
                 const v1::Decimal& decimal);

  /// An organisation of any message type: its name (else its reference), and its reference. False
  /// when it has neither.
  template <typename Organisation>
  bool OrganisationOf(NameAndCode columns, std::string_view base, const Organisation& from) {
    return Named(columns, base, from.narratives(), "ref", &from, from.ref(), {}, "");
  }

  /// Activity id, its ordinal, title.
  void Identity(size_t id, size_t ordinal, size_t title);
  /// Source file and line.
  void Source(size_t file, size_t line);
  /// Organisations with this OrganisationRole code. True when there are any.
  bool Participants(NameAndCode columns, std::string_view role);
  /// Who funds: organisations with the role of funding, else those that provide money in
  /// transactions. The third column tells which.
  void Funders(NameAndCode columns, size_t basis);
  /// Organisations among the ends of money flows. True when there are any.
  bool Endpoints(NameAndCode columns, std::string_view base,
                 const Repeated<v1::MoneyEndpoint>& endpoints);
  void Country(NameAndCode columns, std::string_view base, const v1::RecipientCountry& country);
  void Region(NameAndCode columns, std::string_view base, const v1::RecipientRegion& region);
  void Countries(NameAndCode columns, std::string_view base,
                 const Repeated<v1::RecipientCountry>& countries);
  void Regions(NameAndCode columns, std::string_view base,
               const Repeated<v1::RecipientRegion>& regions);
  void Sectors(NameAndCode columns, std::string_view base, const Repeated<v1::Sector>& sectors);
  /// A code of a codelist and its name.
  void Coded(NameAndCode columns, std::string_view base, const v1::CodedValue& value,
             std::string_view codelist);

  /// The currency of an amount: its own, else the activity's. Empty when there is none.
  std::string_view CurrencyOf(const v1::Money& money) const;
  /// Says that a cell holds the currency of an amount.
  void TakeCurrency(size_t column, std::string_view base, const v1::Money& money);

 private:
  /// A name and a code. Without a name among the narratives it is looked up, and else is the code.
  /// `prefix` is put before the code: the vocabulary where it is not the usual one. False when
  /// there is nothing to show.
  bool Named(NameAndCode columns, std::string_view base, const Narratives& narratives,
             std::string_view code_field, const void* owner, std::string_view code,
             std::string_view codelist, std::string_view prefix);

  sdk::Run run_;
  MappingTable& table_;
  std::string lang_;
  const v1::Record* record_ = nullptr;
  const sdk::RecordInfo* info_ = nullptr;
};

}  // namespace puente::table

#endif  // PUENTE_PLUGINS_TABLE_CELL_FILLER_H_
