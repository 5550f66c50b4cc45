// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The part of the record builder that runs for each element; it stays small to stay fast.
#include "plugins/iati/record_builder.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <limits>

#include "core/base/calendar.h"
#include "core/base/decimal.h"
#include "core/base/lexical.h"

namespace puente::iati {
namespace {

using google::protobuf::io::CodedOutputStream;

constexpr size_t kLargestRecord = std::numeric_limits<int32_t>::max();

/// Bytes of a leaf message whose fields have numbers from 1 on, written like protobuf does.
class ValueBytes {
 public:
  /// The next field, if it is not 0. Zigzag numbers come encoded.
  void Add(uint64_t number) {
    ++field_;
    if (number == 0) return;
    *end_++ = static_cast<uint8_t>(field_ << 3);
    end_ = CodedOutputStream::WriteVarint64ToArray(number, end_);
  }
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_), static_cast<size_t>(end_ - bytes_)};
  }

 private:
  uint8_t bytes_[3 * 11];
  uint8_t* end_ = bytes_;
  uint32_t field_ = 0;
};

uint64_t Extended(int32_t number) { return static_cast<uint64_t>(int64_t{number}); }

absl::Status TooLarge() { return absl::ResourceExhaustedError("the record has more than 2 GiB"); }

}  // namespace

void RecordBuilder::Begin(bool is_header, const std::vector<text::XmlAttribute>* attributes,
                          const text::XmlReader& xml, const text::XmlPosition& position,
                          bool preserve) {
  xml_ = &xml;
  is_header_ = is_header;
  content_ = draft_.Begin(is_header ? table_.header_type() : table_.record_type());
  arena_.Reset();
  beside_ = google::protobuf::Arena::CreateMessage<v1::Record>(&arena_);
  begin_ = position;
  depth_ = 0;
  residue_size_ = 0;
  source_.clear();
  DropBlanks(0);
  runs_.clear();
  missing_prefixes_.clear();
  taken_.clear();
  id_.clear();
  if (attributes == nullptr) return;
  Frame& frame = Push();
  frame.rule = is_header ? &table_.header() : &table_.record();
  frame.message = content_;
  frame.preserve = preserve;
  frame.mark = scope_->Enter(*attributes);
  TakeAttributes(*attributes, &frame);
}

bool RecordBuilder::EnterKnown(const ElementRule& rule, Frame* parent, Frame* frame) {
  MessageDraft::Node message = parent->message;
  if (rule.is_nested) {
    for (size_t i = 0; i + 1 < rule.steps.size(); ++i) {
      message = draft_.FirstMessage(message, *rule.steps[i].draft);
    }
  }
  frame->rule = &rule;
  frame->path_size = parent->path_size + 2 * static_cast<uint32_t>(rule.steps.size());
  if (rule.is_repeated) {
    frame->index = draft_.Count(message, rule.field);
  } else {
    bool is_taken = draft_.Count(message, rule.field) > 0;
    if (!is_taken && rule.is_value && !taken_.empty()) {
      // A value that could not be read leaves its field absent but takes the place.
      std::vector<uint32_t>& path = PathTo(*frame);
      path.pop_back();
      is_taken = taken_.contains(path);
    }
    if (is_taken) {
      frame->rule = nullptr;
      return false;
    }
  }
  if (rule.is_value) {
    if (rule.is_repeated) frame->value = draft_.AddText(message, rule.field, {});
    frame->message = message;
  } else {
    frame->message = draft_.AddMessage(message, rule.field);
  }
  return true;
}

void RecordBuilder::Start(std::string_view name, std::span<const text::XmlAttribute> attributes) {
  Push();
  Frame& parent = frames_[depth_ - 2];
  Frame& frame = frames_[depth_ - 1];
  frame.preserve = parent.preserve;
  frame.mark = scope_->Enter(attributes);
  parent.saw_child = true;

  bool known = false;
  if (parent.rule != nullptr && !parent.rule->has_text && !scope_->foreign()) {
    if (const ElementRule* rule = parent.rule->FindChild(name)) {
      known = EnterKnown(*rule, &parent, &frame);
      if (!known) {
        ReportAgain(*rule);
      } else {
        parent.has_nodes = true;
        ++parent.position;
        if (rule->order < parent.last_order) parent.unordered = true;
        if (runs_.size() > parent.runs_begin && runs_.back().order == rule->order) {
          ++runs_.back().count;
        } else {
          runs_.push_back({rule->order, 1});
        }
        parent.last_order = rule->order;
      }
    } else {
      ReportUnknown(*parent.rule, name);
    }
  }
  if (!known) EnterUnknown(name, &parent, &frame);
  frame.residue_begin = residue_size_;
  frame.blanks_begin = static_cast<uint32_t>(blank_count_);
  frame.runs_begin = static_cast<uint32_t>(runs_.size());
  TakeAttributes(attributes, &frame);
}

void RecordBuilder::TakeAttributes(std::span<const text::XmlAttribute> attributes, Frame* frame) {
  frame->has_attributes = !attributes.empty();
  for (const text::XmlAttribute& attribute : attributes) {
    if (attribute.name == "xml:space") frame->preserve = attribute.value == "preserve";
    const LeafRule* const leaf =
        frame->rule == nullptr ? nullptr : frame->rule->FindAttribute(attribute.name);
    if (leaf != nullptr) {
      SetLeaf(*leaf, *frame, attribute.value);
    } else {
      TakeOddAttribute(attribute, frame);
    }
  }
}

[[gnu::noinline]] TextForm RecordBuilder::PutLeaf(const LeafRule& rule, const Frame& frame,
                                                  std::string_view text) {
  TextForm form = TextForm::kCanonical;
  switch (rule.type) {
    case LeafType::kString: {
      std::string_view code = text;
      if (rule.words != nullptr) {
        const std::string_view known = rule.words->CodeOf(text);
        if (!known.empty()) {
          code = known;
          if (rule.words->WordOf(code) != text) form = TextForm::kVariant;
        } else if (!rule.words->WordOf(text).empty()) {
          form = TextForm::kVariant;
        }
      }
      PutText(rule, frame, code);
      return form;
    }
    case LeafType::kBool: {
      bool parsed = false;
      form = ParseBool(text, &parsed);
      if (form != TextForm::kInvalid) {
        draft_.PutNumber(Holder(rule, frame), rule.field, parsed ? 1 : 0);
      }
      return form;
    }
    case LeafType::kInt32: {
      int32_t parsed = 0;
      form = ParseInt32(text, &parsed);
      if (form != TextForm::kInvalid) {
        draft_.PutNumber(Holder(rule, frame), rule.field, static_cast<uint64_t>(int64_t{parsed}));
      }
      return form;
    }
    case LeafType::kDecimal:
      form = ParseDecimal(text, &decimal_);
      if (form == TextForm::kInvalid) return form;
      if (decimal_.digits().empty()) {
        ValueBytes value;
        value.Add(google::protobuf::internal::WireFormatLite::ZigZagEncode64(decimal_.unscaled()));
        value.Add(Extended(decimal_.scale()));
        draft_.PutText(Holder(rule, frame), rule.field, value.bytes());
      } else {
        draft_.PutValue(Holder(rule, frame), rule.field, decimal_);
      }
      return form;
    case LeafType::kDate:
      form = ParseDate(text, &date_);
      if (form != TextForm::kInvalid) {
        ValueBytes value;
        value.Add(Extended(date_.year()));
        value.Add(Extended(date_.month()));
        value.Add(Extended(date_.day()));
        draft_.PutText(Holder(rule, frame), rule.field, value.bytes());
      }
      return form;
    case LeafType::kDateTime:
      form = ParseDateTime(text, &date_time_);
      if (form != TextForm::kInvalid) draft_.PutValue(Holder(rule, frame), rule.field, date_time_);
      return form;
  }
  return form;
}

void RecordBuilder::SetOddLeaf(const LeafRule& rule, const Frame& frame, std::string_view text) {
  const TextForm form = PutLeaf(rule, frame, text);
  if (form != TextForm::kCanonical) KeepText(rule, frame, form, text);
}

void RecordBuilder::Text(std::string_view text, bool is_blank) {
  Frame& frame = frames_[depth_ - 1];
  const bool blank = is_blank || IsBlank(text);
  if (frame.rule != nullptr) {
    if (!frame.rule->has_text) {
      if (blank) return AddBlank(frame.position, text);
    } else if (!blank && frame.text.empty() && !frame.text_is_set) {
      frame.saw_text = true;
      if (TakeWholeText(&frame, text)) return;
    }
  }
  TakeOddText(&frame, text, blank);
}

bool RecordBuilder::TakeWholeText(Frame* frame, std::string_view text) {
  const LeafRule& rule = frame->rule->text;
  if (rule.is_plain()) {
    frame->split_node = -1;
    frame->text_is_set = true;
    CountLeaf(rule.ids);
    PutText(rule, *frame, text);
    return true;
  }
  if (rule.type == LeafType::kString || frame->value != 0) return false;
  if (PutLeaf(rule, *frame, text) != TextForm::kCanonical) {
    // There may be more of it, which changes the meaning.
    draft_.Clear(Holder(rule, *frame), rule.field);
    return false;
  }
  CountLeaf(rule.ids);
  frame->split_node = -1;
  frame->text_is_set = true;
  frame->text = text;
  return true;
}

bool RecordBuilder::End() {
  Frame& frame = frames_[depth_ - 1];
  const bool is_text = frame.rule != nullptr && frame.rule->has_text;
  if (frame.rule == nullptr) {
    CloseUnknown(&frame);
  } else if (is_text) {
    if (!frame.text_is_set) CloseText(&frame);
  } else {
    // Most white space stands between elements, where it is layout.
    const bool has_layout = frame.saw_child && !frame.saw_text && !frame.preserve;
    if (blank_count_ > frame.blanks_begin && !has_layout) KeepBlanks(&frame);
    if (frame.unordered) WriteOrder(frame);
  }
  const bool has_text = is_text && (frame.text_is_set || !frame.text.empty());
  const bool empty = !frame.has_attributes && !frame.has_nodes && !has_text;
  if (empty) {
    if (depth_ == 1 && is_header_) {
      draft_.PutNumber(content_,
                       *table_.header_type().Field(v1::DatasetHeader::kNoContentFieldNumber), 1);
    }
    if (frame.rule == nullptr) {
      CountResidue(source_);
    } else {
      CountLeaf(frame.rule->empty);
    }
  }
  if (blank_count_ > frame.blanks_begin) DropBlanks(frame.blanks_begin);
  runs_.resize(frame.runs_begin);
  scope_->Leave(frame.mark);
  if (frame.rule == nullptr) source_.resize(frame.source_size);
  --depth_;
  return depth_ == 0;
}

[[gnu::flatten]] text::XmlEvent RecordBuilder::TakeElement(text::XmlReader& xml,
                                                           uint64_t last_offset,
                                                           uint64_t text_bytes) {
  while (true) {
    const text::XmlEvent event = xml.Step();
    switch (event) {
      case text::XmlEvent::kStart:
        Start(xml.name(), xml.attributes());
        break;
      case text::XmlEvent::kEnd:
        if (End() && xml.end_offset() <= last_offset) return event;
        break;
      case text::XmlEvent::kText:
        Text(xml.text(), xml.is_blank());
        if (open_text_bytes() > text_bytes) [[unlikely]]
          return event;
        break;
      case text::XmlEvent::kComment:
        Comment(xml.text());
        break;
      case text::XmlEvent::kProcessingInstruction:
        Instruction(xml.name(), xml.text());
        break;
      case text::XmlEvent::kEndOfDocument:
      case text::XmlEvent::kError:
        return event;
    }
    if (xml.end_offset() > last_offset) [[unlikely]]
      return text::XmlEvent::kText;
  }
}

void RecordBuilder::SetContentText(int field_number, std::string_view text) {
  const DraftType& type = is_header_ ? table_.header_type() : table_.record_type();
  draft_.PutText(content_, *type.Field(field_number), text);
}

absl::Status RecordBuilder::Finish(sdk::BatchBuilder& batch) {
  if (beside_->lexical_size() > 1) {
    std::stable_sort(beside_->mutable_lexical()->begin(), beside_->mutable_lexical()->end(),
                     [](const v1::LexicalForm& a, const v1::LexicalForm& b) {
                       return std::lexicographical_compare(
                           a.path().steps().begin(), a.path().steps().end(),
                           b.path().steps().begin(), b.path().steps().end());
                     });
  }
  leaves_.clear();
  for (const uint32_t number : touched_) {
    const LeafIds& ids = table_.leaf(number);
    leaves_.push_back({ids.source_path, ids.field_path, counts_[number]});
    counts_[number] = 0;
  }
  touched_.clear();
  leaves_.insert(leaves_.end(), other_counts_.begin(), other_counts_.end());
  other_counts_.clear();
  other_places_.clear();
  if (!is_header_) id_ = TrimXmlSpace(draft_.TextOf(content_, table_.record_id()));
  return WriteBytes(batch);
}

absl::Status RecordBuilder::WriteBytes(sdk::BatchBuilder& batch) {
  // Of all fields of a record that a file gives, the content has the lowest number.
  const int number = is_header_                    ? v1::Record::kDatasetHeaderFieldNumber
                     : IsActivities(table_.root()) ? v1::Record::kActivityFieldNumber
                                                   : v1::Record::kOrganisationFieldNumber;
  constexpr size_t kMaxTagAndSize = 10;
  const size_t beside_size = beside_->ByteSizeLong();
  if (draft_.is_too_large() || beside_size > kLargestRecord) return TooLarge();
  const size_t room = kMaxTagAndSize + draft_.Bound() + beside_size;
  auto* const begin = reinterpret_cast<uint8_t*>(batch.RoomForBytes(room));
  uint8_t* const end = begin + room;
  uint8_t* next = end - beside_size;
  beside_->SerializeWithCachedSizesToArray(next);
  const uint8_t* const content_end = next;
  next = draft_.WriteBefore(next);
  const auto content_size = static_cast<size_t>(content_end - next);
  if (content_size > kLargestRecord) return TooLarge();
  uint8_t tag[kMaxTagAndSize];
  const uint8_t* const tag_end = CodedOutputStream::WriteVarint32ToArray(
      static_cast<uint32_t>(content_size),
      CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(number) << 3 | 2, tag));
  next -= tag_end - tag;
  std::copy(static_cast<const uint8_t*>(tag), tag_end, next);
  const auto size = static_cast<size_t>(end - next);
  if (size > kLargestRecord) return TooLarge();
  batch.SetBytes({reinterpret_cast<const char*>(next), size});
  return absl::OkStatus();
}

}  // namespace puente::iati
