// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the pages of an answer say around their records, to be written once.
#include "plugins/fts/answer_pages.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "core/base/schema.h"
#include "fmt/format.h"

namespace puente::fts {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::string_view kLink = "dataset_header.answer.next_link";

void AddValues(const Message& message, const std::string& path, HeaderValues* values) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (IsStructural(*field)) continue;
    const std::string below = path + "." + field->name();
    const int size = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < size; ++i) {
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        const Message& part = field->is_repeated()
                                  ? reflection.GetRepeatedMessage(message, field, i)
                                  : reflection.GetMessage(message, field);
        if (IsLeafMessage(*field->message_type())) {
          (*values)[below] += part.SerializeAsString() + "\n";
        } else {
          AddValues(part, below, values);
        }
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        (*values)[below] += (field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                                  : reflection.GetString(message, field)) +
                            "\n";
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
        (*values)[below] += reflection.GetBool(message, field) ? "1\n" : "0\n";
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        (*values)[below] += reflection.GetEnum(message, field)->name() + "\n";
      }
    }
  }
}

/// The names of a path of numbers, as the leaves have them.
std::string NamesOf(const v1::FieldPath& path) {
  std::string names = "dataset_header";
  const google::protobuf::Descriptor* type = v1::DatasetHeader::descriptor();
  for (int i = 0; i < path.steps_size() && type != nullptr; i += 2) {
    const FieldDescriptor* field = type->FindFieldByNumber(static_cast<int>(path.steps(i)));
    if (field == nullptr) break;
    names += "." + field->name();
    type = field->message_type();
  }
  return names;
}

}  // namespace

HeaderValues ValuesOf(const v1::Record& header) {
  HeaderValues values;
  AddValues(header.dataset_header(), "dataset_header", &values);
  for (const v1::LexicalForm& form : header.lexical()) {
    values[NamesOf(form.path())] +=
        fmt::format("{} {}\n", static_cast<int>(form.state()), form.text());
  }
  for (const v1::JsonResidue& residue : header.residue().json()) {
    values["residue.json"] += residue.SerializeAsString();
  }
  return values;
}

void MergeHeader(const sdk::Run& run, const HeaderValues& first, const v1::Record& header,
                 const sdk::RecordInfo& info) {
  absl::flat_hash_set<uint32_t> same;
  std::string differs;
  for (const auto& [path, value] : ValuesOf(header)) {
    const auto there = first.find(path);
    if (there != first.end() && there->second == value) {
      same.insert(run.Intern(path));
    } else if (differs.empty()) {
      differs = path;
    }
  }
  for (const PuenteLeaves& leaves : info.leaves) {
    if (same.contains(leaves.field_path)) {
      run.CountKept(leaves.field_path, 0, leaves.count);
    } else {
      run.ReportLoss(leaves.field_path, leaves.count, PUENTE_LOSS_MERGED, "");
    }
  }
  if (differs.empty()) return;
  sdk::Finding finding;
  finding.severity = PUENTE_WARNING;
  finding.code = "PUE-0505";
  const std::string message =
      fmt::format("`{}` of this page differs from that of the first page", differs);
  finding.message = message;
  finding.hint = "the output has the value of the first page";
  finding.line = info.origin.line;
  run.Report(finding);
}

HeldTail::HeldTail(const sdk::Run& run) : run_(run), link_field_(run.Intern(kLink)) {}

void HeldTail::Take(const v1::Record& tail, const sdk::RecordInfo& info) {
  v1::Record record = tail;
  std::vector<PuenteLeaves> leaves(info.leaves.begin(), info.leaves.end());
  if (tail.dataset_header().answer().has_next_link()) {
    link_ = tail.dataset_header().answer().next_link();
    std::erase_if(leaves, [this](const PuenteLeaves& leaf) {
      if (leaf.field_path != link_field_) return false;
      run_.CountKept(link_field_, 0, leaf.count);
      return true;
    });
    record.mutable_dataset_header()->mutable_answer()->clear_next_link();
  }
  if (!is_held_) {
    is_held_ = true;
    values_ = ValuesOf(record);
    record_ = std::move(record);
    id_ = info.id;
    origin_ = info.origin;
    leaves_ = std::move(leaves);
    return;
  }
  MergeHeader(run_, values_, record, sdk::RecordInfo{info.id, info.origin, leaves});
}

bool HeldTail::TakeLink() {
  if (!link_.has_value()) return false;
  record_.mutable_dataset_header()->mutable_answer()->set_next_link(*link_);
  return true;
}

}  // namespace puente::fts
