// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the scan of libraries and of the loader, with small plugins in C.
#include "core/plugin/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <link.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/status.h"
#include "core/plugin/host.h"
#include "core/plugin/scan.h"
#include "puente/v1/record.pb.h"
#include "tests/core/plugin_folder.h"
#include "tests/plugins/fixtures/fixture_manifest.h"

namespace puente::plugin {
namespace {

namespace fs = std::filesystem;
using puente::testing::CodeOf;
using puente::testing::PluginFolder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

fs::path Fixture(std::string_view variant) {
  return fs::path(PUENTE_FIXTURE_DIR) / (std::string(variant) + ".so");
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

/// The path of a library of this process, by a part of its name.
fs::path LoadedLibrary(std::string_view part) {
  struct Search {
    std::string_view part;
    std::string found;
  } search = {part, ""};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto* const wanted = static_cast<Search*>(data);
        if (std::string_view(info->dlpi_name).find(wanted->part) == std::string_view::npos)
          return 0;
        wanted->found = info->dlpi_name;
        return 1;
      },
      &search);
  return search.found;
}

/// A folder with one fixture plugin.
class OneFixture {
 public:
  explicit OneFixture(std::string_view variant, std::string_view name = "fixture",
                      std::string_view manifest = FIXTURE_MANIFEST("fixture"))
      : name_(name) {
    folder_.CopyLibrary(Fixture(variant), name);
    folder_.Write(name_ + ".puente.json", manifest);
  }

  absl::StatusOr<const LoadedPlugin*> Load() const {
    const Catalog catalog = folder_.Open();
    const absl::StatusOr<const CatalogEntry*> entry = catalog.FindPlugin(name_);
    if (!entry.ok()) return entry.status();
    Loader loader;
    return loader.Load(**entry);
  }
  const PluginFolder& folder() const { return folder_; }

 private:
  PluginFolder folder_;
  std::string name_;
};

/// Code and message of the error that a fixture is refused with.
std::string Refusal(const OneFixture& fixture) {
  const absl::StatusOr<const LoadedPlugin*> plugin = fixture.Load();
  if (plugin.ok()) return "loaded";
  return CodeOf(plugin.status()) + ": " + GetErrorDetail(plugin.status()).message;
}

TEST(FindDescriptorsTest, FindsNamesWithTheirLengths) {
  const auto field = [](std::string_view name, std::string_view rest = "\x12\x04test") {
    std::string out = "\n";
    if (name.size() >= 0x80) {
      out += static_cast<char>((name.size() & 0x7f) | 0x80);
      out += static_cast<char>(name.size() >> 7);
    } else {
      out += static_cast<char>(name.size());
    }
    return out + std::string(name) + std::string(rest);
  };
  EXPECT_THAT(FindDescriptors(field("a/b.proto") + "junk" + field("puente/v1/x.proto")),
              ElementsAre("a/b.proto", "puente/v1/x.proto"));
  // The length may look like a character of a name.
  const std::string name47(41, 'x');
  EXPECT_THAT(FindDescriptors(field(name47 + ".proto")), ElementsAre(name47 + ".proto"));
  const std::string name300 = std::string(294, 'y') + ".proto";
  EXPECT_THAT(FindDescriptors("zz" + field(name300)), ElementsAre(name300));
  // Not descriptors: a text, a dependency, a wrong length, nothing behind it.
  EXPECT_THAT(FindDescriptors("see puente/v1/x.proto for more"), IsEmpty());
  EXPECT_THAT(FindDescriptors("\x1a\x09"
                              "a/b.proto\x12"),
              IsEmpty());
  EXPECT_THAT(FindDescriptors("\n\x08"
                              "a/b.proto\x12"),
              IsEmpty());
  EXPECT_THAT(FindDescriptors(field("a/b.proto", "")), IsEmpty());
  EXPECT_THAT(FindDescriptors(""), IsEmpty());
  EXPECT_THAT(FindDescriptors(".proto"), IsEmpty());
  EXPECT_THAT(FindDescriptors(".proto\x12.proto\x12"), IsEmpty());
}

TEST(ScanLibraryTest, SeesExportsOfStrippedLibraries) {
  const absl::StatusOr<LibraryScan> good = ScanLibrary(Fixture("good"));
  ASSERT_TRUE(good.ok()) << FormatError(good.status());
  EXPECT_THAT(good->exports, ElementsAre("puente_plugin_v1"));
  EXPECT_THAT(good->descriptors, IsEmpty());
  const absl::StatusOr<LibraryScan> own = ScanLibrary(Fixture("own_schema"));
  ASSERT_TRUE(own.ok()) << FormatError(own.status());
  EXPECT_THAT(own->descriptors, ElementsAre("puente/v1/record.proto"));
}

TEST(ScanLibraryTest, SeesDescriptorsOfGeneratedCode) {
  // Makes sure that the library is linked at all.
  ASSERT_EQ(v1::Record::descriptor()->file()->name(), "puente/v1/record.proto");
  const absl::StatusOr<LibraryScan> schema = ScanLibrary(LoadedLibrary("libpuente_schema"));
  ASSERT_TRUE(schema.ok()) << FormatError(schema.status());
  EXPECT_THAT(schema->descriptors, Contains("puente/v1/record.proto"));
  EXPECT_THAT(schema->descriptors, Contains("puente/v1/activity.proto"));
  EXPECT_THAT(schema->needed, Contains(HasSubstr("libprotobuf")));
  EXPECT_GT(schema->exports.size(), 1000u);
  const absl::StatusOr<LibraryScan> protobuf = ScanLibrary(LoadedLibrary("libprotobuf.so"));
  ASSERT_TRUE(protobuf.ok()) << FormatError(protobuf.status());
  EXPECT_THAT(protobuf->descriptors, Contains("google/protobuf/any.proto"));
  EXPECT_THAT(protobuf->descriptors, Contains("google/protobuf/descriptor.proto"));
}

TEST(ScanLibraryTest, RefusesWhatIsNoLibrary) {
  const PluginFolder folder;
  folder.Write("empty.so", "");
  folder.Write("text.so", "#!/bin/sh\necho hello\n");
  for (const fs::path& path : {folder / "empty.so", folder / "text.so", folder / "missing.so",
                               folder.path(), fs::path("/dev/zero")}) {
    EXPECT_EQ(CodeOf(ScanLibrary(path).status()), "PUE-0406") << path;
  }
}

TEST(ScanLibraryTest, SurvivesDamagedLibraries) {
  const PluginFolder folder;
  const std::string whole = ReadFile(Fixture("good"));
  ASSERT_GT(whole.size(), 1000u);
  for (int i = 0; i < 64; ++i) {
    folder.Write("cut.so", whole.substr(0, whole.size() * static_cast<size_t>(i) / 64));
    const absl::StatusOr<LibraryScan> scan = ScanLibrary(folder / "cut.so");
    // What is cut away at the very end are sections, which loading does not need.
    if (i < 32) {
      EXPECT_FALSE(scan.ok()) << i;
    }
  }
  std::mt19937 random(20260101);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    for (int n = 0; n < 8; ++n) {
      // Headers are hit more often than code.
      const size_t range = n % 2 == 0 ? 1024 : damaged.size();
      damaged[random() % range] = static_cast<char>(random());
    }
    folder.Write("damaged.so", damaged);
    ScanLibrary(folder / "damaged.so").IgnoreError();
  }
}

TEST(LoaderTest, LoadsAPluginOnce) {
  // Only the white space differs from the manifest inside.
  std::string spaced = FIXTURE_MANIFEST("fixture");
  spaced.insert(1, "\n  ");
  const OneFixture fixture("good", "fixture", spaced);
  const absl::StatusOr<const LoadedPlugin*> plugin = fixture.Load();
  ASSERT_TRUE(plugin.ok()) << FormatError(plugin.status());
  EXPECT_EQ((*plugin)->entry->manifest.name, "fixture");
  EXPECT_EQ((*plugin)->table().abi_version, static_cast<uint32_t>(PUENTE_ABI_VERSION));
  EXPECT_NE((*plugin)->table().reader_open, nullptr);
  EXPECT_EQ((*plugin)->table().writer_open, nullptr);
  // Another catalogue and another loader give the same one, from any thread.
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(fixture.Load().value(), *plugin); });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(LoaderTest, RefusesOtherManifests) {
  std::string other = FIXTURE_MANIFEST("fixture");
  other.replace(other.find("A fixture"), 9, "A_fixture");
  const OneFixture fixture("good", "fixture", other);
  EXPECT_THAT(Refusal(fixture), HasSubstr("PUE-0407: the manifest "));
  // The library is in, and may be used with its own manifest.
  fixture.folder().Write("fixture.puente.json", FIXTURE_MANIFEST("fixture"));
  EXPECT_EQ(Refusal(fixture), "loaded");
  fixture.folder().Write("fixture.puente.json", other);
  EXPECT_THAT(Refusal(fixture), HasSubstr("PUE-0407"));
}

TEST(LoaderTest, RefusesOtherContracts) {
  EXPECT_EQ(Refusal(OneFixture("later_entry")),
            "PUE-0403: the library is made for version 2 of the plugin contract, and this version "
            "of Puente loads version 1");
  EXPECT_EQ(Refusal(OneFixture("later_abi")),
            "PUE-0403: the plugin says that it has version 2 of the plugin contract, and this "
            "version of Puente loads version 1");
  EXPECT_EQ(Refusal(OneFixture("no_entry")),
            "PUE-0406: the library does not export `puente_plugin_v1`");
}

TEST(LoaderTest, RefusesASecondSchema) {
  EXPECT_THAT(Refusal(OneFixture("own_schema")),
              HasSubstr("PUE-0404: the library has its own copy of the schema "
                        "(puente/v1/record.proto)"));
  EXPECT_THAT(Refusal(OneFixture("own_protobuf")),
              HasSubstr("PUE-0404: the library has its own copy of `google/protobuf/any.proto`, "
                        "which this program has registered"));
}

TEST(LoaderTest, RefusesDescriptorsOfAnotherPlugin) {
  const OneFixture first("own_descriptor");
  const OneFixture second("own_descriptor");
  EXPECT_EQ(Refusal(first), "loaded");
  EXPECT_THAT(Refusal(second), HasSubstr("PUE-0404: the library has its own copy of "
                                         "`acme/thing.proto`, which the plugin `fixture`"));
  EXPECT_EQ(Refusal(first), "loaded");
}

TEST(LoaderTest, PassesOnWhatTheSystemSays) {
  const OneFixture fixture("undefined");
  EXPECT_THAT(Refusal(fixture), HasSubstr("PUE-0406: the library cannot be loaded: "));
  EXPECT_THAT(Refusal(fixture), HasSubstr("undefined symbol: nobody_has_this_symbol"));
  EXPECT_THAT(Refusal(fixture), ::testing::Not(HasSubstr("boost")));
}

TEST(LoaderTest, RefusesTablesThatBreakTheContract) {
  EXPECT_EQ(Refusal(OneFixture("refuses")),
            "PUE-0408: the entry of the plugin refuses this version of Puente (status 12)");
  EXPECT_EQ(Refusal(OneFixture("overrun")),
            "PUE-0408: the entry of the plugin writes past the end of its table");
  EXPECT_EQ(Refusal(OneFixture("no_close")),
            "PUE-0408: the table of the plugin has `reader_open` without `reader_next` or "
            "`reader_close`");
  EXPECT_EQ(Refusal(OneFixture("no_identify")),
            "PUE-0408: the table of the plugin has no `identify`, which the manifest says of the "
            "format `fixture`");
}

TEST(LoaderTest, ChecksTheOwnersAgain) {
  const OneFixture fixture("good");
  const Catalog catalog = fixture.folder().Open();
  const CatalogEntry& entry = *catalog.FindPlugin("fixture").value();
  fs::permissions(entry.library_path, fs::perms(0777));
  Loader loader;
  EXPECT_EQ(CodeOf(loader.Load(entry).status()), "PUE-0405");
  fs::remove(entry.library_path);
  EXPECT_EQ(CodeOf(loader.Load(entry).status()), "PUE-0401");
}

TEST(CheckTableTest, ComparesTheTableWithTheManifest) {
  const std::string text = puente::testing::ManifestWith(
      "toy", R"([{"id": "toy", "title": "t", "read": true, "write": true, "lossless": "full",
                  "splits": true}])");
  CatalogEntry entry;
  entry.manifest = ParseManifest(text).value();
  entry.manifest_text = text;
  PuentePlugin table = {};
  const auto fault = [&] {
    const absl::Status status = CheckTable(table, entry);
    return CodeOf(status) + ": " + GetErrorDetail(status).message;
  };
  EXPECT_THAT(fault(), HasSubstr("PUE-0403"));
  table.abi_version = PUENTE_ABI_VERSION;
  EXPECT_THAT(fault(), HasSubstr("PUE-0408: the table of the plugin has a size of 0 bytes"));
  table.struct_size = sizeof(table);
  table.build_id = {nullptr, 3};
  EXPECT_THAT(fault(), HasSubstr("has a text without place"));
  table.build_id = {};
  EXPECT_THAT(fault(), HasSubstr("PUE-0407"));
  table.manifest_json = {text.data(), text.size()};
  EXPECT_THAT(fault(), HasSubstr("has no reader"));
  table.reader_open = [](auto...) -> PuenteStatus { return PUENTE_OK; };
  table.reader_next = [](auto...) -> PuenteStatus { return PUENTE_END; };
  table.reader_close = [](auto...) {};
  EXPECT_THAT(fault(), HasSubstr("has no writer"));
  table.writer_open = [](auto...) -> PuenteStatus { return PUENTE_OK; };
  EXPECT_THAT(fault(), HasSubstr("`writer_open` without"));
  table.writer_put = [](auto...) -> PuenteStatus { return PUENTE_OK; };
  table.writer_finish = [](auto...) -> PuenteStatus { return PUENTE_OK; };
  table.writer_close = [](auto...) {};
  EXPECT_THAT(fault(), HasSubstr("has no splitter"));
  table.splitter_open = [](auto...) -> PuenteStatus { return PUENTE_OK; };
  EXPECT_THAT(fault(), HasSubstr("`splitter_open` without"));
  table.splitter_next = [](auto...) -> PuenteStatus { return PUENTE_END; };
  table.splitter_close = [](auto...) {};
  table.reader_open_piece = [](auto...) -> PuenteStatus { return PUENTE_OK; };
  EXPECT_TRUE(CheckTable(table, entry).ok()) << fault();
}

}  // namespace
}  // namespace puente::plugin
