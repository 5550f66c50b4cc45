// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads IATI files, whole or piece by piece.
#include "plugins/iati/iati_reader.h"

#include <cstring>

#include "core/base/status.h"

namespace puente::iati {

text::XmlReaderOptions XmlOptions(const sdk::Run& run) {
  text::XmlReaderOptions options;
  const auto take = [&run](std::string_view name, uint64_t* value) {
    if (const uint64_t limit = run.Limit(name); limit != 0) *value = limit;
  };
  take("xml_depth", &options.limits.xml_depth);
  take("attributes_per_element", &options.limits.attributes_per_element);
  take("attribute_bytes", &options.limits.attribute_bytes);
  take("name_bytes", &options.limits.name_bytes);
  take("text_bytes", &options.limits.text_bytes);
  take("record_bytes", &options.limits.record_bytes);
  return options;
}

absl::StatusOr<size_t> IatiReader::ClosedInput::Read(char* buffer, size_t size) {
  if (!at_end_) {
    absl::StatusOr<size_t> got = input_->Read(buffer, size);
    if (!got.ok() || *got > 0) return got;
    at_end_ = true;
  }
  const size_t n = std::min(size, end_.size() - given_);
  std::memcpy(buffer, end_.data() + given_, n);
  given_ += n;
  return n;
}

absl::StatusOr<std::unique_ptr<sdk::Reader>> IatiReader::Open(const sdk::Run& run,
                                                              sdk::Source* source) {
  std::unique_ptr<IatiReader> reader(new IatiReader(run, source));
  auto xml = text::XmlReader::Create(source, XmlOptions(run));
  if (!xml.ok()) return xml.status();
  reader->xml_ = *std::move(xml);
  return reader;
}

absl::StatusOr<std::unique_ptr<sdk::Reader>> IatiReader::OpenPiece(const sdk::Run& run,
                                                                   sdk::Source* source,
                                                                   const PuentePiece& piece) {
  if (piece.index == 0 && piece.is_last != 0) return Open(run, source);
  auto context = DecodeContext(sdk::ToStd(piece.context));
  if (!context.ok()) return context.status();
  std::unique_ptr<IatiReader> reader(new IatiReader(run, source));
  text::XmlReaderOptions options = XmlOptions(run);
  text::InputStream* input = source;
  const std::string root_end = "</" + std::string(RootName(context->frame.root)) + ">";
  if (piece.is_last == 0) {
    // Like the record that comes next, the end tag lets nothing go on that the piece leaves open.
    reader->closed_ = std::make_unique<ClosedInput>(source, root_end);
    input = reader->closed_.get();
  }
  if (piece.index == 0) {
    reader->whole_frame_ = context->frame;
  } else {
    options.prolog = context->root_tag;
    options.prolog_line = context->root_line;
    options.start = {piece.offset, piece.line, piece.column};
    options.encoding_override = context->encoding;
    // The root's declarations hold in the piece.
    text::XmlReaderOptions tag_options = XmlOptions(run);
    const std::string closed = context->root_tag + root_end;
    text::StringInput whole(closed);
    tag_options.encoding_override = context->encoding;
    auto root = text::XmlReader::Create(&whole, tag_options);
    if (!root.ok()) return root.status();
    if (auto event = (*root)->Next(); !event.ok()) return event.status();
    reader->scope_.SetHome((*root)->attributes());
    reader->scope_.Enter((*root)->attributes());
    if (absl::Status status = reader->Use(context->frame); !status.ok()) return status;
    reader->header_done_ = true;
  }
  auto xml = text::XmlReader::Create(input, options);
  if (!xml.ok()) return xml.status();
  reader->xml_ = *std::move(xml);
  return reader;
}

absl::Status IatiReader::CheckSize() const {
  const uint64_t size = xml_->end_offset() - std::min(xml_->end_offset(), begin_.offset);
  const bool long_text = builder_ != nullptr && builder_->open_text_bytes() > limits_.text_bytes;
  if (size <= limits_.record_bytes && !long_text) return absl::OkStatus();
  ErrorDetail detail;
  detail.code = "PUE-0203";
  detail.message =
      long_text
          ? "with what begins here the text of the element is longer than the limit text_bytes (" +
                FormatLimit(limits_.text_bytes, LimitUnit::kBytes) + ")"
          : "what begins here is one record, and longer than the limit record_bytes (" +
                FormatLimit(limits_.record_bytes, LimitUnit::kBytes) + ")";
  const text::XmlPosition place = long_text ? xml_->position() : begin_;
  detail.line = place.line;
  detail.column = place.column;
  detail.hint = "raise it with --limit-set if the file is sound";
  return MakeError(absl::StatusCode::kResourceExhausted, detail);
}

absl::Status IatiReader::Use(const FileFrame& frame) {
  frame_ = frame;
  auto table = ElementTable::Get(frame.model, frame.root, run_);
  if (!table.ok()) return table.status();
  table_ = *table;
  builder_ = std::make_unique<RecordBuilder>(run_, *table_, &scope_);
  return absl::OkStatus();
}

bool IatiReader::IsRecordStart() const {
  if (xml_->name() != table_->record().name || scope_.foreign()) return false;
  for (const text::XmlAttribute& attribute : xml_->attributes()) {
    if (attribute.name == "xmlns" && attribute.value != scope_.home()) return false;
  }
  return true;
}

void IatiReader::RememberRecordStart() {
  start_text_.clear();
  for (const text::XmlAttribute& attribute : xml_->attributes()) {
    start_text_.append(attribute.name).append(attribute.value);
  }
  attributes_.clear();
  std::string_view text = start_text_;
  const auto take = [&text](size_t size) {
    const std::string_view taken = text.substr(0, size);
    text.remove_prefix(size);
    return taken;
  };
  for (const text::XmlAttribute& attribute : xml_->attributes()) {
    const std::string_view name = take(attribute.name.size());
    attributes_.push_back({name, take(attribute.value.size())});
  }
  start_ = xml_->position();
  at_record_ = true;
}

absl::StatusOr<bool> IatiReader::Read(sdk::BatchBuilder& batch) {
  if (at_end_) return false;
  const size_t size = batch.size();
  absl::StatusOr<bool> more = header_done_ ? ReadRecord(batch) : ReadHeader(batch);
  if (!more.ok() && batch.size() > size) batch.Drop();
  return more;
}

absl::StatusOr<bool> IatiReader::ReadHeader(sdk::BatchBuilder& batch) {
  header_done_ = true;
  batch.AddBytes(PUENTE_KIND_DATASET_HEADER);
  // What stands before the root is kept until the root says how to read the file.
  struct Early {
    bool is_comment;
    std::string target;
    std::string text;
  };
  std::vector<Early> early;
  while (true) {
    auto event = xml_->Next();
    if (!event.ok()) return event.status();
    if (*event == text::XmlEvent::kStart) break;
    if (*event == text::XmlEvent::kEndOfDocument) {
      return absl::InvalidArgumentError("the file has no root element");
    }
    if (absl::Status status = CheckSize(); !status.ok()) return status;
    early.push_back(
        {*event == text::XmlEvent::kComment, std::string(xml_->name()), std::string(xml_->text())});
  }
  absl::StatusOr<FileFrame> frame =
      whole_frame_.has_value() ? *whole_frame_
                               : ReadFileFrame(xml_->name(), xml_->attributes(), source_->head());
  if (!frame.ok()) {
    ErrorDetail detail = GetErrorDetail(frame.status());
    const text::XmlPosition place = xml_->position();
    detail.line = place.line;
    detail.column = place.column;
    return MakeError(frame.status().code(), detail);
  }
  if (absl::Status status = Use(*frame); !status.ok()) return status;
  scope_.SetHome(xml_->attributes());
  RememberRecordStart();
  const bool bare = IsBare(frame->root);
  builder_->Begin(/*is_header=*/true, bare ? nullptr : &attributes_, *xml_, start_,
                  frame->preserve);
  builder_->SetContentText(v1::DatasetHeader::kFormatFieldNumber, "iati");
  builder_->SetContentText(v1::DatasetHeader::kRootFieldNumber, RootName(frame->root));
  builder_->SetContentText(v1::DatasetHeader::kModelFieldNumber,
                           frame->model == Model::kOne ? "1" : "2");
  for (const Early& node : early) {
    if (node.is_comment) {
      builder_->CommentBeside(v1::RESIDUE_PLACE_BEFORE_ROOT, "", node.text);
    } else {
      builder_->InstructionBeside(v1::RESIDUE_PLACE_BEFORE_ROOT, "", node.target, node.text);
    }
  }
  if (!bare) {
    at_record_ = false;
    header_open_ = true;
    if (absl::Status status = ReadBeside(); !status.ok()) return status;
  }
  if (absl::Status status = Complete(batch, xml_->offset()); !status.ok()) return status;
  return true;
}

absl::Status IatiReader::ReadBeside() {
  const std::string_view root_path = table_->root_path();
  while (true) {
    auto event = xml_->Next();
    if (!event.ok()) return event.status();
    const v1::ResiduePlace place =
        after_root_ ? v1::RESIDUE_PLACE_AFTER_ROOT : v1::RESIDUE_PLACE_AFTER_RECORD;
    const std::string_view parent = after_root_ ? std::string_view() : root_path;
    const bool inside = header_open_ || builder_->beside_open();
    const size_t depth = xml_->depth();
    switch (*event) {
      case text::XmlEvent::kStart:
        if (depth == 2 && !after_root_ && !IsBare(frame_.root) && IsRecordStart()) {
          if (header_open_) {
            builder_->CloseOpen();
            header_open_ = false;
          }
          RememberRecordStart();
          return absl::OkStatus();
        }
        if (inside) {
          builder_->Start(xml_->name(), xml_->attributes());
        } else {
          builder_->StartBeside(place, parent, xml_->name(), xml_->attributes());
        }
        break;
      case text::XmlEvent::kEnd:
        if (depth == 1) {
          // Where there is a next piece, the end tag stands for the record that it begins with.
          if (header_open_ && closed_ != nullptr) {
            builder_->CloseOpen();
          } else if (header_open_) {
            builder_->End();
          }
          header_open_ = false;
          after_root_ = true;
          if (closed_ != nullptr) {
            at_end_ = true;
            return absl::OkStatus();
          }
        } else {
          builder_->End();
        }
        break;
      case text::XmlEvent::kText:
        if (inside) {
          builder_->Text(xml_->text(), xml_->is_blank());
        } else if (frame_.preserve || !IsBlank(xml_->text())) {
          builder_->TextBeside(place, parent, xml_->text());
        }
        break;
      case text::XmlEvent::kComment:
        if (inside) {
          builder_->Comment(xml_->text());
        } else {
          builder_->CommentBeside(place, parent, xml_->text());
        }
        break;
      case text::XmlEvent::kProcessingInstruction:
        if (inside) {
          builder_->Instruction(xml_->name(), xml_->text());
        } else {
          builder_->InstructionBeside(place, parent, xml_->name(), xml_->text());
        }
        break;
      case text::XmlEvent::kEndOfDocument:
      case text::XmlEvent::kError:  // which Next gives as a status
        at_end_ = true;
        return absl::OkStatus();
    }
    if (absl::Status status = CheckSize(); !status.ok()) return status;
  }
}

absl::StatusOr<bool> IatiReader::ReadRecord(sdk::BatchBuilder& batch) {
  if (!at_record_) {
    // The first event of a piece is the start of a record.
    auto event = xml_->Next();
    if (!event.ok()) return event.status();
    if (*event == text::XmlEvent::kEndOfDocument) {
      at_end_ = true;
      return false;
    }
    if (*event != text::XmlEvent::kStart) {
      return absl::InternalError("a piece does not begin with a record");
    }
    RememberRecordStart();
  }
  at_record_ = false;
  begin_ = start_;
  batch.AddBytes(IsActivities(frame_.root) ? PUENTE_KIND_ACTIVITY : PUENTE_KIND_ORGANISATION);
  builder_->Begin(/*is_header=*/false, &attributes_, *xml_, start_, frame_.preserve);
  switch (builder_->TakeElement(*xml_, begin_.offset + limits_.record_bytes, limits_.text_bytes)) {
    case text::XmlEvent::kEnd:
      break;
    case text::XmlEvent::kError:
      return xml_->status();
    case text::XmlEvent::kEndOfDocument:
      return absl::InternalError("the document ended inside a record");
    default:
      return CheckSize();
  }
  const uint64_t end = xml_->end_offset();
  if (IsBare(frame_.root)) after_root_ = true;
  if (absl::Status status = ReadBeside(); !status.ok()) return status;
  if (absl::Status status = Complete(batch, end); !status.ok()) return status;
  return true;
}

absl::Status IatiReader::Complete(sdk::BatchBuilder& batch, uint64_t end) {
  const text::XmlPosition& begin = builder_->position();
  v1::Provenance* provenance = builder_->beside().mutable_provenance();
  provenance->set_format("iati");
  provenance->set_format_version(frame_.version);
  provenance->set_offset(begin.offset);
  provenance->set_length(end - begin.offset);
  provenance->set_line(begin.line);
  if (absl::Status status = builder_->Finish(batch); !status.ok()) return status;
  PuentePosition position{};
  position.offset = begin.offset;
  position.line = begin.line;
  position.column = begin.column;
  batch.Describe(builder_->id(), position, end - begin.offset, builder_->leaves());
  run_.Progress(end);
  return absl::OkStatus();
}

}  // namespace puente::iati
