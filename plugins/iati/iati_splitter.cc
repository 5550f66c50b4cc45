// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Cuts an IATI file into pieces of whole records without reading them.
#include "plugins/iati/iati_splitter.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "absl/strings/match.h"
#include "core/base/strings.h"
#include "core/text/line_ends.h"
#include "core/text/xml_scan.h"
#include "plugins/iati/iati_reader.h"

namespace puente::iati {
namespace {

constexpr size_t kBlock = 256 << 10;
/// Few start tags are longer than this.
constexpr size_t kUsualTag = 4 << 10;
/// Of `<![CDATA[`: what tells the kinds of markup apart.
constexpr size_t kLongestOpening = 9;

/// Encodings in which the markup of XML has the bytes of ASCII and nothing else has.
bool HasAsciiMarkup(std::string_view encoding) {
  for (const std::string_view prefix : {"utf-8", "us-ascii", "iso-8859-", "windows-125"}) {
    if (absl::StartsWithIgnoreCase(ToAbsl(encoding), ToAbsl(prefix))) return true;
  }
  return false;
}

bool IsCharacterStart(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Files without line ends are counted byte for byte: eight of them at a time.
uint64_t CountCharacters(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  uint64_t others = 0;
  const char* p = text.data();
  const char* const end = p + text.size();
  while (end - p >= 8) {
    // A byte of the sum holds up to 255.
    uint64_t sum = 0;
    for (int i = 0; i < 255 && end - p >= 8; ++i, p += 8) {
      uint64_t word = 0;
      std::memcpy(&word, p, sizeof(word));
      sum += (word >> 7) & ~(word >> 6) & kOnes;
    }
    constexpr uint64_t kEven = 0x00FF00FF00FF00FF;
    const uint64_t pairs = (sum & kEven) + ((sum >> 8) & kEven);
    others += (pairs * 0x0001000100010001) >> 48;
  }
  for (; p != end; ++p) others += IsCharacterStart(*p) ? 0 : 1;
  return text.size() - others;
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsNameEnd(char c) { return IsSpace(c) || c == '/' || c == '>'; }

/// Whether the start tag at the beginning of a text has an attribute `xmlns`; nothing when the tag
/// does not end in it.
std::optional<bool> DeclaresNamespace(std::string_view text) {
  constexpr std::string_view kName = "xmlns";
  for (size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '>') return false;
    if (c == '"' || c == '\'') {
      i = text.find(c, i + 1);
      if (i == std::string_view::npos) return std::nullopt;
    } else if (c == 'x' && text.substr(i).starts_with(kName)) {
      const size_t next = i + kName.size();
      if (next >= text.size()) return std::nullopt;
      if (text[next] == '=' || IsSpace(text[next])) return true;
    }
  }
  return std::nullopt;
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

absl::StatusOr<std::string_view> IatiSplitter::Look(uint64_t at, size_t want) {
  if (at < buffer_at_ || at + want > buffer_at_ + have_) {
    // No piece ends before `at`.
    if (at > counted_) Count(at);
    if (buffer_.empty()) {
      block_ = static_cast<size_t>(std::min<uint64_t>(kBlock, size_));
      buffer_.resize(block_ + text::kXmlScanSlack);
    }
    // What is there already need not be read again.
    const bool inside = at >= buffer_at_ && at < buffer_at_ + have_;
    const size_t keep = inside ? static_cast<size_t>(buffer_at_ + have_ - at) : 0;
    if (keep != 0) std::memmove(buffer_.data(), buffer_.data() + (at - buffer_at_), keep);
    buffer_at_ = at;
    have_ = keep;
    while (have_ < block_) {
      const auto got = source_->ReadAt(at + have_, buffer_.data() + have_, block_ - have_);
      if (!got.ok()) return got.status();
      if (*got == 0) break;
      have_ += *got;
    }
    std::memset(buffer_.data() + have_, 0, text::kXmlScanSlack);
  }
  return std::string_view(buffer_.data(), have_).substr(at - buffer_at_);
}

absl::StatusOr<uint64_t> IatiSplitter::Find(uint64_t at, std::string_view text) {
  while (true) {
    const auto rest = Look(at, text.size());
    if (!rest.ok()) return rest.status();
    const size_t found = text.size() == 1 ? rest->find(text[0]) : rest->find(text);
    if (found != std::string_view::npos) return at + found;
    if (rest->size() < text.size()) return size_;
    // The text may straddle the end of the buffer.
    at += rest->size() - (text.size() - 1);
  }
}

absl::StatusOr<uint64_t> IatiSplitter::SkipTag(uint64_t at, bool* is_empty) {
  char quote = 0;
  char last = 0;
  ++at;
  while (true) {
    const auto rest = Look(at, 1);
    if (!rest.ok()) return rest.status();
    if (rest->empty()) return size_;
    const char* p = rest->data();
    const char* const end = p + rest->size();
    while (p < end) {
      if (quote != 0) {
        // Values are long: go to the quote at once.
        const void* found = std::memchr(p, quote, static_cast<size_t>(end - p));
        if (found == nullptr) {
          p = end;
          break;
        }
        p = static_cast<const char*>(found) + 1;
        quote = 0;
        // What a value begins with is not what the tag ends with.
        last = 0;
        continue;
      }
      const char c = *p++;
      if (c == '>') {
        *is_empty = last == '/';
        return at + static_cast<uint64_t>(p - rest->data());
      }
      if (c == '"' || c == '\'') quote = c;
      last = c;
    }
    at += rest->size();
  }
}

absl::StatusOr<uint64_t> IatiSplitter::SkipMarkup(uint64_t at, int* depth_change) {
  *depth_change = 0;
  const auto rest = Look(at, kLongestOpening);
  if (!rest.ok()) return rest.status();
  if (rest->starts_with("<!--")) return SkipPast(at + 4, "-->");
  if (rest->starts_with("<![CDATA[")) return SkipPast(at + 9, "]]>");
  if (rest->starts_with("<?")) return SkipPast(at + 2, "?>");
  if (rest->starts_with("</")) {
    *depth_change = -1;
    return SkipPast(at, ">");
  }
  bool is_empty = false;
  if (rest->starts_with("<!")) {
    const auto end = SkipTag(at, &is_empty);
    if (!end.ok()) return end;
    // An internal subset has rules of its own.
    const auto declaration = Look(at, *end - at <= kBlock ? *end - at : kBlock);
    if (!declaration.ok()) return declaration.status();
    whole_ =
        *end - at > kBlock || declaration->substr(0, *end - at).find('[') != std::string_view::npos;
    return whole_ ? size_ : *end;
  }
  const auto end = SkipTag(at, &is_empty);
  *depth_change = is_empty ? 0 : 1;
  return end;
}

absl::StatusOr<uint64_t> IatiSplitter::SkipPast(uint64_t at, std::string_view text) {
  const auto found = Find(at, text);
  if (!found.ok()) return found;
  return std::min(size_, *found + text.size());
}

bool IatiSplitter::IsRecordName(std::string_view text) const {
  return text.size() > record_name_.size() && text.starts_with(record_name_) &&
         IsNameEnd(text[record_name_.size()]);
}

absl::StatusOr<uint64_t> IatiSplitter::SkipRecord(uint64_t at) {
  bool is_empty = false;
  auto end = SkipTag(at, &is_empty);
  if (!end.ok() || is_empty) return end;
  at = *end;
  // In a well-formed record every `<` outside of comments, sections and instructions begins a tag,
  // also between quotes; so only tags of the record's own name need a look. Where that is not so,
  // the reader finds the fault in the piece that has it.
  const size_t look = std::max(record_name_.size() + 3, kLongestOpening);
  for (int64_t open = 1; open > 0;) {
    const auto rest = Look(at, kUsualTag);
    if (!rest.ok()) return rest.status();
    if (rest->empty()) return size_;
    // Near the end of the buffer nothing is looked at, but at the end of the file.
    const bool is_last = have_ < block_ || buffer_at_ + have_ >= size_;
    const size_t sure = is_last ? rest->size() : rest->size() - look;
    const char* const end_of_sure = rest->data() + sure;
    const char* p = rest->data();
    while (true) {
      p = text::XmlScan::SpecialOrNamed(p, end_of_sure, record_name_[0]);
      if (p == end_of_sure) {
        at += sure;
        break;
      }
      const auto i = static_cast<size_t>(p - rest->data());
      const bool special = p[1] == '!' || p[1] == '?';
      if (!special && !IsRecordName(rest->substr(i + (p[1] == '/' ? 2 : 1)))) {
        ++p;
        continue;
      }
      int change = 0;
      const auto past = SkipMarkup(at + i, &change);
      if (!past.ok()) return past;
      if (whole_) return size_;
      open += change;
      at = *past;
      break;
    }
  }
  return at;
}

absl::Status IatiSplitter::ReadProlog() {
  whole_ = true;
  if (!source_->can_seek()) return absl::OkStatus();
  const auto head = Look(0, 64);
  if (!head.ok()) return head.status();
  if (head->substr(0, 64).find('\0') != std::string_view::npos || head->starts_with("\xFF\xFE") ||
      head->starts_with("\xFE\xFF")) {
    return absl::OkStatus();
  }
  // A byte order mark takes no column.
  if (head->starts_with("\xEF\xBB\xBF")) counted_ = 3;
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
    const auto opening = Look(*tag, 2);
    if (!opening.ok()) return opening.status();
    if (!opening->starts_with("<!") && !opening->starts_with("<?")) {
      if (change != 1) return absl::OkStatus();
      root_at = *tag;
      at = *end;
      break;
    }
    at = *end;
  }
  if (at > kBlock) return absl::OkStatus();
  const auto begin = Look(0, at);
  if (!begin.ok()) return begin.status();
  const std::string prolog(begin->substr(0, at));
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
  // Where the whole file is expat's from its first line on, pieces that begin anew could have names
  // that it does not take, and entities that it knows otherwise after a DOCTYPE.
  if ((*xml)->saw_doctype() || (!one_byte_ && (*xml)->is_handed_over())) return absl::OkStatus();
  auto frame = ReadFileFrame((*xml)->name(), (*xml)->attributes(), source_->head());
  if (!frame.ok() || IsBare(frame->root)) return absl::OkStatus();
  record_name_ = IsActivities(frame->root) ? "iati-activity" : "iati-organisation";
  context_ = EncodeContext({*frame, encoding, prolog.substr(root_at), (*xml)->position().line});
  whole_ = false;
  at_ = at;
  depth_ = 1;
  return absl::OkStatus();
}

absl::StatusOr<bool> IatiSplitter::MayCut(uint64_t at) {
  // A tag with a namespace of its own may be of something else: the reader knows, so no cut here.
  for (const size_t want : {kUsualTag, kBlock}) {
    const auto rest = Look(at, want);
    if (!rest.ok()) return rest.status();
    const std::optional<bool> declares = DeclaresNamespace(*rest);
    if (declares.has_value()) return !*declares;
  }
  return false;
}

void IatiSplitter::CountBlock(std::string_view block) {
  if (block.empty()) return;
  // A line feed after a carriage return ends no other line.
  if (after_cr_ && block[0] == '\n') block.remove_prefix(1);
  after_cr_ = !block.empty() && block.back() == '\r';
  const size_t last = text::LastLineEnd(block);
  if (last != std::string_view::npos) {
    line_ += text::XmlScan::CountLineEnds(block.data(), block.data() + last + 1);
    column_ = 1;
    block.remove_prefix(last + 1);
  }
  column_ += one_byte_ ? block.size() : CountCharacters(block);
}

void IatiSplitter::Count(uint64_t to) {
  if (counted_ < buffer_at_ || to > buffer_at_ + have_) return;
  CountBlock(std::string_view(buffer_.data() + (counted_ - buffer_at_), to - counted_));
  counted_ = to;
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
    const auto tag = Find(at_, "<");
    if (!tag.ok()) return tag.status();
    if (*tag >= size_) break;
    int change = 0;
    absl::StatusOr<uint64_t> end = size_;
    const auto rest = Look(*tag, record_name_.size() + 2);
    if (!rest.ok()) return rest.status();
    if (depth_ == 1 && IsRecordName(rest->substr(1))) {
      if (*tag - piece_at_ >= piece_bytes_) {
        const auto may_cut = MayCut(*tag);
        if (!may_cut.ok()) return may_cut.status();
        if (*may_cut) {
          // The tag is looked at again for the next piece; remember that it begins one.
          next = *tag;
          break;
        }
      }
      end = SkipRecord(*tag);
    } else {
      end = SkipMarkup(*tag, &change);
    }
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
  Count(next);
  piece_line_ = line_;
  piece_column_ = column_;
  piece_at_ = next;
  at_ = next;
  return true;
}

}  // namespace puente::iati
