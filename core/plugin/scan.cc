// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reads the dynamic section of an ELF library and finds the descriptors inside it.
#include "core/plugin/scan.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/status.h"
#include "core/base/utf8.h"
#include "core/plugin/coded_error.h"
#include "core/plugin/puente_plugin.h"

namespace puente::plugin {
namespace {

#if defined(__x86_64__)
constexpr uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kMachine = EM_AARCH64;
#elif defined(__riscv)
constexpr uint16_t kMachine = EM_RISCV;
#elif defined(__powerpc64__)
constexpr uint16_t kMachine = EM_PPC64;
#else
constexpr uint16_t kMachine = EM_NONE;
#endif
constexpr unsigned char kByteOrder =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

constexpr std::string_view kEntryStart = "puente_plugin_v";
constexpr std::string_view kSchemaStart = "puente/";
constexpr std::string_view kProtoEnding = ".proto";
constexpr size_t kMaxDescriptorName = 1024;
constexpr size_t kMaxSymbolName = 4096;
// A contract has far fewer dynamic entries and exports; damaged files have any number.
constexpr uint64_t kMaxDynamicEntries = 4096;
constexpr uint64_t kMaxSymbols = 4 << 20;

/// A file mapped for reading.
class MappedFile {
 public:
  static absl::StatusOr<MappedFile> Open(const std::filesystem::path& path) {
    const auto fault = [] {
      return CodedError(absl::StatusCode::kNotFound, "PUE-0406",
                        fmt::format("the library cannot be read: {}", std::strerror(errno)));
    };
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return fault();
    struct stat info = {};
    if (fstat(fd, &info) != 0) {
      absl::Status status = fault();
      close(fd);
      return status;
    }
    MappedFile file;
    file.size_ = S_ISREG(info.st_mode) ? static_cast<size_t>(info.st_size) : 0;
    if (file.size_ > 0) file.data_ = mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd, 0);
    const bool failed = file.data_ == MAP_FAILED;
    absl::Status status = failed ? fault() : absl::OkStatus();
    close(fd);
    if (failed) {
      file.data_ = nullptr;
      return status;
    }
    return file;
  }

  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile() {
    if (data_ != nullptr) munmap(data_, size_);
  }

  std::string_view bytes() const {
    return data_ == nullptr ? std::string_view()
                            : std::string_view(static_cast<const char*>(data_), size_);
  }

 private:
  MappedFile() = default;

  void* data_ = nullptr;
  size_t size_ = 0;
};

/// The dynamic section of a 64-bit ELF file. Every access is checked, since the file may be
/// damaged.
class ElfFile {
 public:
  explicit ElfFile(std::string_view bytes) : bytes_(bytes) {}

  /// Nothing when the file is a library for this machine, else what is wrong with it.
  std::optional<std::string> Read(LibraryScan* scan);

 private:
  template <typename T>
  bool At(uint64_t offset, T* out) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return false;
    std::memcpy(out, bytes_.data() + offset, sizeof(T));
    return true;
  }

  /// Place in the file of an address in memory.
  std::optional<uint64_t> Offset(uint64_t address) const {
    for (const Elf64_Phdr& segment : segments_) {
      if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
        return segment.p_offset + (address - segment.p_vaddr);
      }
    }
    return std::nullopt;
  }

  std::optional<std::string_view> Name(uint64_t index) const {
    if (index >= names_.size()) return std::nullopt;
    const std::string_view rest = names_.substr(index, kMaxSymbolName);
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return rest.substr(0, end);
  }

  bool ReadSegments(const Elf64_Ehdr& header);
  bool ReadDynamic(std::vector<uint64_t>* needed);
  uint64_t CountSymbols() const;
  uint64_t CountByGnuHash(uint64_t table) const;
  bool ReadExports(LibraryScan* scan) const;

  std::string_view bytes_;
  std::vector<Elf64_Phdr> segments_;
  Elf64_Phdr dynamic_ = {};
  std::string_view names_;
  std::optional<uint64_t> symbols_;
  std::optional<uint64_t> hash_;
  std::optional<uint64_t> gnu_hash_;
};

std::optional<std::string> ElfFile::Read(LibraryScan* scan) {
  Elf64_Ehdr header = {};
  if (!At(0, &header) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_DYN) {
    return "the file is not a shared library (64-bit ELF)";
  }
  if (header.e_ident[EI_DATA] != kByteOrder ||
      (kMachine != EM_NONE && header.e_machine != kMachine)) {
    return "the library is made for another kind of processor";
  }
  std::vector<uint64_t> needed;
  if (!ReadSegments(header) || !ReadDynamic(&needed) || !ReadExports(scan)) {
    return "the library is damaged or cut short";
  }
  for (const uint64_t index : needed) {
    const std::optional<std::string_view> name = Name(index);
    if (!name.has_value()) return "the library is damaged or cut short";
    scan->needed.emplace_back(*name);
  }
  for (const Elf64_Phdr& segment : segments_) {
    for (std::string& name : FindDescriptors(bytes_.substr(segment.p_offset, segment.p_filesz))) {
      scan->descriptors.push_back(std::move(name));
    }
  }
  return std::nullopt;
}

bool ElfFile::ReadSegments(const Elf64_Ehdr& header) {
  bool has_dynamic = false;
  for (uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment = {};
    if (header.e_phoff > bytes_.size() || !At(header.e_phoff + i * sizeof(Elf64_Phdr), &segment)) {
      return false;
    }
    if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC) continue;
    // The system's loader maps what is said here; a page that the file does not have is a crash.
    if (segment.p_offset > bytes_.size() || segment.p_filesz > bytes_.size() - segment.p_offset) {
      return false;
    }
    if (segment.p_type == PT_LOAD) {
      segments_.push_back(segment);
    } else {
      dynamic_ = segment;
      has_dynamic = true;
    }
  }
  return has_dynamic && !segments_.empty();
}

bool ElfFile::ReadDynamic(std::vector<uint64_t>* needed) {
  std::optional<uint64_t> names;
  uint64_t names_size = 0;
  const uint64_t count =
      std::min<uint64_t>(dynamic_.p_filesz / sizeof(Elf64_Dyn), kMaxDynamicEntries);
  for (uint64_t i = 0; i < count; ++i) {
    Elf64_Dyn entry = {};
    if (!At(dynamic_.p_offset + i * sizeof(Elf64_Dyn), &entry)) return false;
    const uint64_t value = entry.d_un.d_val;
    if (entry.d_tag == DT_NULL) break;
    if (entry.d_tag == DT_NEEDED) needed->push_back(value);
    if (entry.d_tag == DT_STRTAB) names = Offset(value);
    if (entry.d_tag == DT_STRSZ) names_size = value;
    if (entry.d_tag == DT_SYMTAB) symbols_ = Offset(value);
    if (entry.d_tag == DT_HASH) hash_ = Offset(value);
    if (entry.d_tag == DT_GNU_HASH) gnu_hash_ = Offset(value);
  }
  if (!names.has_value() || !symbols_.has_value()) return false;
  if (*names > bytes_.size() || names_size > bytes_.size() - *names) return false;
  names_ = bytes_.substr(*names, names_size);
  return hash_.has_value() || gnu_hash_.has_value();
}

uint64_t ElfFile::CountSymbols() const {
  uint32_t counts[2] = {};
  if (hash_.has_value() && At(*hash_, &counts)) return counts[1];
  return gnu_hash_.has_value() ? CountByGnuHash(*gnu_hash_) : 0;
}

uint64_t ElfFile::CountByGnuHash(uint64_t table) const {
  // Buckets, first hashed symbol, words of the Bloom filter, shift; then the filter, the buckets,
  // and a chain of hashes for the symbols, the last of a bucket with its lowest bit set.
  uint32_t head[4] = {};
  if (!At(table, &head)) return 0;
  const auto [buckets, first, words, shift] = head;
  static_cast<void>(shift);
  const uint64_t bucket_table = table + sizeof(head) + uint64_t{words} * sizeof(uint64_t);
  const uint64_t chain_table = bucket_table + uint64_t{buckets} * sizeof(uint32_t);
  uint64_t last = 0;
  for (uint64_t i = 0; i < buckets; ++i) {
    uint32_t bucket = 0;
    if (!At(bucket_table + i * sizeof(bucket), &bucket)) return 0;
    last = std::max<uint64_t>(last, bucket);
  }
  // All buckets are empty: nothing is exported.
  if (last < first) return first;
  for (;; ++last) {
    uint32_t hash = 0;
    if (!At(chain_table + (last - first) * sizeof(hash), &hash)) return 0;
    if ((hash & 1) != 0) return last + 1;
  }
}

bool ElfFile::ReadExports(LibraryScan* scan) const {
  const uint64_t count = CountSymbols();
  if (count > kMaxSymbols) return false;
  for (uint64_t i = 1; i < count; ++i) {
    Elf64_Sym symbol = {};
    if (!At(*symbols_ + i * sizeof(symbol), &symbol)) return false;
    const unsigned char binding = ELF64_ST_BIND(symbol.st_info);
    const unsigned char visibility = ELF64_ST_VISIBILITY(symbol.st_other);
    const bool exported =
        symbol.st_shndx != SHN_UNDEF &&
        (binding == STB_GLOBAL || binding == STB_WEAK || binding == STB_GNU_UNIQUE) &&
        (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
    if (!exported) continue;
    const std::optional<std::string_view> name = Name(symbol.st_name);
    if (!name.has_value()) return false;
    scan->exports.emplace_back(*name);
  }
  return true;
}

void SortUnique(std::vector<std::string>* names) {
  std::sort(names->begin(), names->end());
  names->erase(std::unique(names->begin(), names->end()), names->end());
}

bool IsPathChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/' || c == '+';
}

/// Whether a byte can begin the field of a FileDescriptorProto that follows its name.
bool IsFieldAfterName(char c) {
  // Package, dependency, message, enum, service, extension, options, source info, public and weak
  // dependencies (packed or not), syntax, edition.
  constexpr std::string_view kTags = "\x12\x1a\x22\x2a\x32\x3a\x42\x4a\x50\x52\x58\x5a\x62\x70\x72";
  return kTags.find(c) != std::string_view::npos;
}

/// Whether the field "name" of a length of `size` begins right before `start`: tag 1, then the
/// length.
bool HasNameField(std::string_view bytes, size_t start, size_t size) {
  const auto at = [&](size_t back) { return static_cast<unsigned char>(bytes[start - back]); };
  if (size < 0x80) return start >= 2 && at(1) == size && at(2) == 0x0a;
  return start >= 3 && at(1) == size >> 7 && at(2) == ((size & 0x7f) | 0x80) && at(3) == 0x0a;
}

}  // namespace

std::vector<std::string> FindDescriptors(std::string_view bytes) {
  std::vector<std::string> found;
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  for (const char* from = begin; from < end;) {
    const void* const hit =
        memmem(from, static_cast<size_t>(end - from), kProtoEnding.data(), kProtoEnding.size());
    if (hit == nullptr) break;
    const size_t stop =
        static_cast<size_t>(static_cast<const char*>(hit) - begin) + kProtoEnding.size();
    from = begin + stop;
    if (stop >= bytes.size() || !IsFieldAfterName(bytes[stop])) continue;
    for (size_t size = kProtoEnding.size() + 1; size <= kMaxDescriptorName && size <= stop;
         ++size) {
      const size_t start = stop - size;
      if (!IsPathChar(bytes[start])) break;
      if (HasNameField(bytes, start, size)) {
        found.emplace_back(bytes.substr(start, size));
        break;
      }
    }
  }
  SortUnique(&found);
  return found;
}

absl::StatusOr<LibraryScan> ScanLibrary(const std::filesystem::path& path) {
  const absl::StatusOr<MappedFile> file = MappedFile::Open(path);
  if (!file.ok()) return WithSource(file.status(), path.string());
  LibraryScan scan;
  std::optional<std::string> fault = ElfFile(file->bytes()).Read(&scan);
  if (fault.has_value()) {
    return WithSource(CodedError(absl::StatusCode::kInvalidArgument, "PUE-0406", *std::move(fault)),
                      path.string());
  }
  SortUnique(&scan.exports);
  SortUnique(&scan.descriptors);
  return scan;
}

absl::Status CheckScan(const LibraryScan& scan, const std::filesystem::path& path,
                       const DescriptorOwner& owner) {
  const auto fault = [&path](std::string_view code, std::string message, std::string hint) {
    return WithSource(CodedError(absl::StatusCode::kFailedPrecondition, code, std::move(message),
                                 std::move(hint)),
                      path.string());
  };
  if (!std::binary_search(scan.exports.begin(), scan.exports.end(), PUENTE_ENTRY_SYMBOL)) {
    for (const std::string& name : scan.exports) {
      if (!name.starts_with(kEntryStart)) continue;
      const std::string version = EscapeForTerminalLine(name.substr(kEntryStart.size()));
      return fault(
          "PUE-0403",
          fmt::format("the library is made for version {} of the plugin contract, and this "
                      "version of Puente loads version {}",
                      version, PUENTE_ABI_VERSION),
          "use versions of the plugin and of Puente that belong together");
    }
    return fault("PUE-0406", "the library does not export `" PUENTE_ENTRY_SYMBOL "`",
                 "it is not a plugin, or its version script hides the entry");
  }
  for (const std::string& name : scan.descriptors) {
    if (name.starts_with(kSchemaStart)) {
      return fault(
          "PUE-0404",
          fmt::format("the library has its own copy of the schema ({}), and two copies end "
                      "the process",
                      name),
          "link it with libpuente_schema.so instead of compiling the schema into it");
    }
    const std::string who = owner(name);
    if (!who.empty()) {
      return fault("PUE-0404",
                   fmt::format("the library has its own copy of `{}`, which {} has registered, and "
                               "two copies end the process",
                               name, who),
                   name.starts_with("google/protobuf/")
                       ? "link it with the shared libprotobuf instead of a static one"
                       : "use another name for the file, or share one library with its code");
    }
  }
  return absl::OkStatus();
}

}  // namespace puente::plugin
