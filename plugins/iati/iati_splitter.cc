// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an IATI file into pieces of whole records without reading them.
#include "plugins/iati/iati_splitter.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "core/base/strings.h"
#include "plugins/iati/iati_reader.h"

namespace puente::iati {
namespace {

constexpr size_t kBlock = 256 << 10;

/// Encodings in which the markup of XML has the bytes of ASCII and nothing else has.
bool HasAsciiMarkup(std::string_view encoding) {
  for (const std::string_view prefix : {"utf-8", "us-ascii", "iso-8859-", "windows-125"}) {
    if (absl::StartsWithIgnoreCase(ToAbsl(encoding), ToAbsl(prefix))) return true;
  }
  return false;
}

bool IsCharacterStart(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

uint64_t CountCharacters(std::string_view text) {
  return static_cast<uint64_t>(std::count_if(text.begin(), text.end(), IsCharacterStart));
}

bool IsNameEnd(int c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '>';
}

}  // namespace

IatiSplitter::IatiSplitter(const sdk::Run& run, sdk::Source* source)
    : run_(run),
      source_(source),
      size_(source->size()),
      piece_bytes_(std::max<uint64_t>(run.Limit("piece_bytes"), 1)) {}

absl::StatusOr<std::unique_ptr<sdk::Splitter>> IatiSplitter::Open(const sdk::Run& run,
                                                                  sdk::Source* source) {
  return std::unique_ptr<sdk::Splitter>(new IatiSplitter(run, source));
}

absl::Status IatiSplitter::Fill(uint64_t at, size_t want) {
  if (at >= buffer_at_ && at + want <= buffer_at_ + buffer_.size()) return absl::OkStatus();
  buffer_.resize(std::max(want, kBlock));
  buffer_at_ = at;
  size_t have = 0;
  while (have < buffer_.size()) {
    auto got = source_->ReadAt(at + have, buffer_.data() + have, buffer_.size() - have);
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    have += *got;
  }
  buffer_.resize(have);
  return absl::OkStatus();
}

absl::StatusOr<int> IatiSplitter::Byte(uint64_t at) {
  if (at >= size_) return -1;
  if (absl::Status status = Fill(at, 1); !status.ok()) return status;
  if (at - buffer_at_ >= buffer_.size()) return -1;
  return static_cast<unsigned char>(buffer_[at - buffer_at_]);
}

absl::StatusOr<uint64_t> IatiSplitter::Find(uint64_t at, std::string_view text) {
  while (at < size_) {
    if (absl::Status status = Fill(at, text.size()); !status.ok()) return status;
    const std::string_view rest = std::string_view(buffer_).substr(at - buffer_at_);
    if (rest.empty()) break;
    const size_t found = text.size() == 1 ? rest.find(text[0]) : rest.find(text);
    if (found != std::string_view::npos) return at + found;
    // The text may straddle the end of the buffer.
    const size_t keep = std::min(text.size() - 1, rest.size());
    if (buffer_at_ + buffer_.size() >= size_) break;
    at = buffer_at_ + buffer_.size() - keep;
  }
  return size_;
}

absl::StatusOr<uint64_t> IatiSplitter::SkipMarkup(uint64_t at, int* depth_change) {
  *depth_change = 0;
  if (absl::Status status = Fill(at, std::min<uint64_t>(9, size_ - at)); !status.ok())
    return status;
  const std::string_view rest = std::string_view(buffer_).substr(at - buffer_at_);
  std::string_view end;
  if (rest.starts_with("<!--")) {
    end = "-->";
    at += 4;
  } else if (rest.starts_with("<![CDATA[")) {
    end = "]]>";
    at += 9;
  } else if (rest.starts_with("<?")) {
    end = "?>";
    at += 2;
  }
  if (!end.empty()) {
    auto found = Find(at, end);
    if (!found.ok()) return found;
    return std::min(size_, *found + end.size());
  }
  const bool is_end = rest.starts_with("</");
  const bool is_declaration = rest.starts_with("<!");
  ++at;
  int quote = 0;
  int last = 0;
  while (true) {
    auto c = Byte(at);
    if (!c.ok()) return c.status();
    if (*c < 0) return size_;
    ++at;
    if (quote != 0) {
      if (*c == quote) {
        quote = 0;
      } else {
        // Values are long: go to the quote at once.
        const char wanted = static_cast<char>(quote);
        auto found = Find(at - 1, std::string_view(&wanted, 1));
        if (!found.ok()) return found;
        at = std::min(size_, *found + 1);
        quote = 0;
        // What a value begins with is not what the tag ends with.
        last = 0;
        continue;
      }
    } else if ((*c == '"' || *c == '\'') && !is_end) {
      quote = *c;
    } else if (*c == '[' && is_declaration) {
      whole_ = true;
      return size_;
    } else if (*c == '>') {
      break;
    }
    last = *c;
  }
  if (!is_declaration) *depth_change = is_end ? -1 : last == '/' ? 0 : 1;
  return at;
}

absl::Status IatiSplitter::ReadProlog() {
  whole_ = true;
  if (!source_->can_seek()) return absl::OkStatus();
  if (absl::Status status = Fill(0, 4); !status.ok()) return status;
  if (std::string_view(buffer_).substr(0, 64).find('\0') != std::string_view::npos ||
      std::string_view(buffer_).starts_with("\xFF\xFE") ||
      std::string_view(buffer_).starts_with("\xFE\xFF")) {
    return absl::OkStatus();
  }
  // A byte order mark takes no column.
  if (std::string_view(buffer_).starts_with("\xEF\xBB\xBF")) counted_ = 3;
  // Find the root's start tag.
  uint64_t at = 0;
  uint64_t root_at = 0;
  while (true) {
    auto tag = Find(at, "<");
    if (!tag.ok()) return tag.status();
    if (*tag >= size_) return absl::OkStatus();
    whole_ = false;
    int change = 0;
    auto end = SkipMarkup(*tag, &change);
    if (!end.ok()) return end.status();
    if (whole_) return absl::OkStatus();
    whole_ = true;
    if (*end >= size_ || *end - *tag > kBlock) return absl::OkStatus();
    auto next = Byte(*tag + 1);
    if (!next.ok()) return next.status();
    if (*next != '!' && *next != '?') {
      if (change != 1) return absl::OkStatus();
      root_at = *tag;
      at = *end;
      break;
    }
    at = *end;
  }
  if (at > kBlock) return absl::OkStatus();
  if (absl::Status status = Fill(0, at); !status.ok()) return status;
  const std::string prolog = buffer_.substr(0, at);
  text::StringInput input(prolog);
  auto xml = text::XmlReader::Create(&input, XmlOptions(run_));
  if (!xml.ok()) return absl::OkStatus();
  while (true) {
    auto event = (*xml)->Next();
    if (!event.ok()) return absl::OkStatus();
    if (*event == text::XmlEvent::kStart) break;
  }
  const std::string encoding((*xml)->encoding());
  if (!HasAsciiMarkup(encoding)) return absl::OkStatus();
  one_byte_ = !absl::StartsWithIgnoreCase(encoding, "utf-8");
  auto frame = ReadFileFrame((*xml)->name(), (*xml)->attributes(), source_->head());
  if (!frame.ok() || IsBare(frame->root)) return absl::OkStatus();
  record_name_ = IsActivities(frame->root) ? "iati-activity" : "iati-organisation";
  context_ = EncodeContext({*frame, encoding, prolog.substr(root_at), (*xml)->position().line});
  whole_ = false;
  at_ = at;
  depth_ = 1;
  return absl::OkStatus();
}

absl::StatusOr<bool> IatiSplitter::StartsRecord(uint64_t at) {
  const size_t want = std::min<uint64_t>(record_name_.size() + 2, size_ - at);
  if (absl::Status status = Fill(at, want); !status.ok()) return status;
  std::string_view rest = std::string_view(buffer_).substr(at - buffer_at_);
  if (rest.size() <= record_name_.size() + 1 ||
      rest.substr(1, record_name_.size()) != record_name_ ||
      !IsNameEnd(static_cast<unsigned char>(rest[record_name_.size() + 1]))) {
    return false;
  }
  // A tag with a namespace of its own may be of something else: the reader knows, so no cut here.
  int change = 0;
  const auto end = SkipMarkup(at, &change);
  if (!end.ok()) return end.status();
  if (*end - at > kBlock) return false;
  if (absl::Status status = Fill(at, *end - at); !status.ok()) return status;
  rest = std::string_view(buffer_).substr(at - buffer_at_, *end - at);
  for (size_t found = rest.find("xmlns"); found != std::string_view::npos;
       found = rest.find("xmlns", found + 1)) {
    const size_t next = found + std::string_view("xmlns").size();
    if (next >= rest.size() || rest[next] != ':') return false;
  }
  return true;
}

void IatiSplitter::CountBlock(std::string_view block) {
  if (block.find('\r') == std::string_view::npos && !after_cr_) {
    const size_t last = block.rfind('\n');
    if (last != std::string_view::npos) {
      line_ += static_cast<uint64_t>(std::count(block.begin(), block.end(), '\n'));
      column_ = 1;
      block.remove_prefix(last + 1);
    }
    column_ += one_byte_ ? block.size() : CountCharacters(block);
    return;
  }
  for (const char c : block) {
    if (c == '\r' || (c == '\n' && !after_cr_)) {
      ++line_;
      column_ = 1;
    } else if (c != '\n' && (one_byte_ || IsCharacterStart(c))) {
      ++column_;
    }
    after_cr_ = c == '\r';
  }
}

absl::Status IatiSplitter::Count(uint64_t to) {
  while (counted_ < to) {
    if (absl::Status status = Fill(counted_, 1); !status.ok()) return status;
    const size_t begin = counted_ - buffer_at_;
    const size_t end = std::min<uint64_t>(buffer_.size(), to - buffer_at_);
    if (begin >= end) break;
    CountBlock(std::string_view(buffer_).substr(begin, end - begin));
    counted_ = buffer_at_ + end;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> IatiSplitter::Next(PuentePiece* piece) {
  if (done_) return false;
  if (!started_) {
    started_ = true;
    if (absl::Status status = ReadProlog(); !status.ok()) return status;
  }
  uint64_t next = size_;
  while (!whole_) {
    if (run_.IsCancelled()) return absl::CancelledError("interrupted");
    auto tag = Find(at_, "<");
    if (!tag.ok()) return tag.status();
    if (*tag >= size_) break;
    if (depth_ == 1 && *tag - piece_at_ >= piece_bytes_) {
      const auto starts = StartsRecord(*tag);
      if (!starts.ok()) return starts.status();
      if (*starts) {
        next = *tag;
        // The tag is looked at again for the next piece; remember that it begins one.
        break;
      }
    }
    int change = 0;
    auto end = SkipMarkup(*tag, &change);
    if (!end.ok()) return end.status();
    at_ = *end;
    depth_ += change;
    if (depth_ < 1 || whole_) break;  // the root has ended, or the file is not what it seemed
  }
  piece->offset = piece_at_;
  piece->length = next - piece_at_;
  piece->line = piece_line_;
  piece->column = piece_column_;
  piece->is_last = next >= size_ ? 1 : 0;
  piece->context = sdk::ToC(context_);
  if (next >= size_) {
    done_ = true;
    return true;
  }
  if (absl::Status status = Count(next); !status.ok()) return status;
  piece_line_ = line_;
  piece_column_ = column_;
  piece_at_ = next;
  at_ = next;
  return true;
}

}  // namespace puente::iati
