// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Tests of the search path: order, shadowing, refusals and their reasons, lookups.
#include "core/plugin/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "tests/core/plugin_folder.h"

namespace puente::plugin {
namespace {

namespace fs = std::filesystem;
using puente::testing::CodeOf;
using puente::testing::ManifestWith;
using puente::testing::PluginFolder;
using puente::testing::SimpleManifest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Sets a variable of the environment for one test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    const char* const old = getenv(name);
    had_ = old != nullptr;
    if (had_) old_ = old;
    setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() {
    if (had_) {
      setenv(name_, old_.c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* name_;
  bool had_ = false;
  std::string old_;
};

std::vector<std::string> Names(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& entry : catalog.entries()) names.push_back(entry->manifest.name);
  return names;
}

std::vector<std::string> Ids(const std::vector<FormatRef>& refs) {
  std::vector<std::string> ids;
  for (const FormatRef& ref : refs) ids.push_back(ref.format->id);
  return ids;
}

/// The only verdict about a plugin.
Verdict WhyOnly(const Catalog& catalog, std::string_view name) {
  const absl::StatusOr<std::vector<Verdict>> verdicts = catalog.Why(name);
  EXPECT_TRUE(verdicts.ok()) << FormatError(verdicts.status());
  if (!verdicts.ok()) return {};
  EXPECT_EQ(verdicts->size(), 1u);
  return verdicts->front();
}

TEST(CatalogTest, SearchesInOrderAndTheFirstOfANameWins) {
  const PluginFolder flag, variable, user, built_in;
  fs::create_directories(user / "puente/plugins/c1");
  const fs::path user_folder = user / "puente/plugins/c1";
  flag.AddPlugin("one", SimpleManifest("one"));
  variable.AddPlugin("one", SimpleManifest("one"));
  variable.AddPlugin("two", SimpleManifest("two"));
  user.Write("puente/plugins/c1/three.puente.json", SimpleManifest("three"));
  user.Write("puente/plugins/c1/puente_three.so", "");
  built_in.AddPlugin("two", SimpleManifest("two"));
  built_in.AddPlugin("b", SimpleManifest("b"));
  built_in.AddPlugin("a", SimpleManifest("a"));
  const ScopedVariable path("PUENTE_PLUGIN_PATH", variable.path().string() + "::/nowhere/at/all");
  const ScopedVariable home("XDG_DATA_HOME", user.path().string());
  SearchOptions options;
  options.plugin_dirs = {flag.path().string()};
  options.built_in = built_in.path();
  const Catalog catalog = Catalog::Open(options);

  EXPECT_THAT(Names(catalog), ElementsAre("one", "two", "three", "a", "b"));
  EXPECT_EQ(catalog.entries()[0]->origin, "--plugin-dir");
  EXPECT_EQ(catalog.entries()[1]->origin, "PUENTE_PLUGIN_PATH");
  EXPECT_EQ(catalog.entries()[2]->origin, "user");
  EXPECT_EQ(catalog.entries()[3]->origin, "built-in");
  EXPECT_EQ(catalog.entries()[2]->library_path, user_folder / "puente_three.so");

  const absl::StatusOr<std::vector<Verdict>> two = catalog.Why("two");
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ((*two)[0].outcome, Outcome::kUsable);
  EXPECT_EQ((*two)[1].outcome, Outcome::kShadowed);
  EXPECT_EQ((*two)[1].code, "PUE-0409");
  EXPECT_THAT((*two)[1].reason, HasSubstr((variable / "two.puente.json").string()));
  bool absent = false;
  for (const Verdict& verdict : catalog.verdicts()) {
    absent = absent || (verdict.outcome == Outcome::kAbsent && verdict.path == "/nowhere/at/all");
  }
  EXPECT_TRUE(absent);
}

TEST(CatalogTest, UsesOnlyAllowedPluginsFromElsewhere) {
  const PluginFolder flag, variable, built_in;
  flag.AddPlugin("stranger", SimpleManifest("stranger"));
  flag.AddPlugin("friend", SimpleManifest("friend"));
  variable.AddPlugin("own", SimpleManifest("own", R"(, "extensions": [".false"])"));
  built_in.AddPlugin("own", SimpleManifest("own", R"(, "extensions": [".true"])"));
  // The built-in folder is known by what it is, not by who names it.
  const ScopedVariable set("PUENTE_PLUGIN_PATH",
                           variable.path().string() + ":" + built_in.path().string());
  SearchOptions options;
  options.plugin_dirs = {flag.path().string()};
  options.use_user_folder = false;
  options.built_in = built_in.path();
  options.allowed = std::vector<std::string>{"friend"};
  const Catalog catalog = Catalog::Open(options);
  EXPECT_THAT(Names(catalog), ElementsAre("own", "friend"));
  EXPECT_EQ(catalog.entries()[0]->origin, "built-in");
  EXPECT_EQ(catalog.entries()[0]->manifest.formats[0].extensions[0], ".true");
  const Verdict verdict = WhyOnly(catalog, "stranger");
  EXPECT_EQ(verdict.outcome, Outcome::kRefused);
  EXPECT_EQ(verdict.code, "PUE-0411");
  EXPECT_THAT(verdict.formats, ElementsAre("stranger"));
  const auto format = catalog.FindFormat("stranger", Direction::kRead);
  EXPECT_THAT(std::string(format.status().message()), HasSubstr("may run here"));
  // Nothing is allowed: only what is built in.
  options.allowed = std::vector<std::string>{};
  EXPECT_THAT(Names(Catalog::Open(options)), ElementsAre("own"));
}

TEST(CatalogTest, ListsAFolderOnce) {
  const PluginFolder folder;
  folder.AddPlugin("one", SimpleManifest("one"));
  fs::create_directory_symlink(folder.path(), folder / "again");
  SearchOptions options;
  options.plugin_dirs = {folder.path().string(), folder.path().string() + "/",
                         (folder / "again").string()};
  options.use_environment = false;
  options.use_user_folder = false;
  options.built_in = folder.path();
  EXPECT_EQ(Catalog::Open(options).verdicts().size(), 1u);
}

TEST(CatalogTest, NeverSearchesTheWorkingDirectory) {
  const PluginFolder folder;
  folder.AddPlugin("one", SimpleManifest("one"));
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  SearchOptions options;
  options.use_environment = false;
  options.use_user_folder = false;
  options.built_in = "/nowhere/at/all";
  EXPECT_TRUE(Catalog::Open(options).entries().empty());
  options.plugin_dirs = {"."};
  const Catalog catalog = Catalog::Open(options);
  fs::current_path(before);
  EXPECT_TRUE(catalog.entries().empty());
  ASSERT_EQ(catalog.verdicts().size(), 2u);
  EXPECT_EQ(catalog.verdicts()[0].outcome, Outcome::kRefused);
  EXPECT_EQ(catalog.verdicts()[0].code, "PUE-0410");
  EXPECT_THAT(catalog.verdicts()[0].hint, HasSubstr(folder.path().string()));
}

TEST(CatalogTest, RefusesWhatOthersCanChange) {
  const PluginFolder folder;
  for (const char* name : {"fine", "library", "manifest", "catalogue", "linked"}) {
    folder.AddPlugin(name, SimpleManifest(name));
  }
  fs::permissions(folder / "puente_library.so", fs::perms(0666));
  fs::permissions(folder / "manifest.puente.json", fs::perms(0664));
  std::string manifest = SimpleManifest("catalogue");
  manifest.insert(1, R"("catalogues": {"messages": "catalogue.messages.json"}, )");
  folder.Write("catalogue.puente.json", manifest);
  folder.Write("catalogue.messages.json", "{}");
  fs::permissions(folder / "catalogue.messages.json", fs::perms(0622));
  // The folder that a link leads to counts as well.
  const PluginFolder open;
  open.Write("real.so", "");
  fs::permissions(open.path(), fs::perms(0777));
  fs::remove(folder / "puente_linked.so");
  fs::create_symlink(open / "real.so", folder / "puente_linked.so");

  const Catalog catalog = folder.Open();
  EXPECT_THAT(Names(catalog), ElementsAre("fine"));
  for (const char* name : {"library", "manifest", "catalogue", "linked"}) {
    const Verdict verdict = WhyOnly(catalog, name);
    EXPECT_EQ(verdict.outcome, Outcome::kRefused) << name;
    EXPECT_EQ(verdict.code, "PUE-0405") << name << ": " << verdict.reason;
    EXPECT_THAT(verdict.hint, HasSubstr("chmod go-w"));
  }
  EXPECT_THAT(WhyOnly(catalog, "library").reason, HasSubstr("anybody"));
  EXPECT_THAT(WhyOnly(catalog, "manifest").reason, HasSubstr("its group"));
  EXPECT_EQ(CodeOf(catalog.FindPlugin("library").status()), "PUE-0405");

  fs::permissions(folder.path(), fs::perms(0775));
  const Catalog refused = folder.Open();
  EXPECT_TRUE(refused.entries().empty());
  EXPECT_EQ(WhyOnly(refused, "fine").code, "PUE-0405");
}

TEST(CatalogTest, RefusesFilesOfOtherUsers) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const PluginFolder folder;
  folder.AddPlugin("one", SimpleManifest("one"));
  ASSERT_EQ(chown((folder / "puente_one.so").c_str(), 65533, 65533), 0);
  const Catalog catalog = folder.Open();
  const Verdict verdict = WhyOnly(catalog, "one");
  EXPECT_EQ(verdict.code, "PUE-0405");
  EXPECT_THAT(verdict.reason, HasSubstr("another user"));
}

TEST(CatalogTest, SaysWhyAPluginIsNotUsed) {
  const PluginFolder folder;
  folder.AddPlugin("broken", "{");
  folder.AddPlugin("renamed", SimpleManifest("other"));
  folder.Write("alone.puente.json", SimpleManifest("alone"));
  folder.Write("puente_orphan.so", "");
  std::string process = SimpleManifest("process");
  process.replace(process.find("\"c1\""), 4, "\"proc1\"");
  folder.AddPlugin("process", process);
  folder.AddPlugin("partial", SimpleManifest("partial"));
  std::string partial = SimpleManifest("partial");
  partial.insert(1, R"("catalogues": {"rules": ["missing.json"]}, )");
  folder.AddPlugin("partial", partial);
  fs::create_symlink("nowhere.so", folder / "puente_dangling.so");
  folder.Write("dangling.puente.json", SimpleManifest("dangling"));
  fs::create_directory(folder / "folder.puente.json");

  const Catalog catalog = folder.Open();
  EXPECT_TRUE(catalog.entries().empty());
  EXPECT_EQ(WhyOnly(catalog, "broken").code, "PUE-0402");
  EXPECT_EQ(WhyOnly(catalog, "renamed").code, "PUE-0402");
  EXPECT_THAT(WhyOnly(catalog, "renamed").reason, HasSubstr("of the plugin `other`"));
  EXPECT_EQ(WhyOnly(catalog, "alone").code, "PUE-0401");
  EXPECT_THAT(WhyOnly(catalog, "alone").reason, HasSubstr("puente_alone.so is missing"));
  EXPECT_THAT(WhyOnly(catalog, "orphan").reason, HasSubstr("orphan.puente.json is missing"));
  EXPECT_EQ(WhyOnly(catalog, "process").code, "PUE-0403");
  EXPECT_THAT(WhyOnly(catalog, "process").reason, HasSubstr("`proc1`"));
  EXPECT_THAT(WhyOnly(catalog, "partial").reason, HasSubstr("missing.json is missing"));
  EXPECT_THAT(WhyOnly(catalog, "dangling").reason, HasSubstr("leads nowhere"));
  EXPECT_EQ(WhyOnly(catalog, "folder").outcome, Outcome::kRefused);
}

TEST(CatalogTest, OffersTheNearestPlugin) {
  const PluginFolder folder;
  folder.AddPlugin("binary", SimpleManifest("binary"));
  const Catalog catalog = folder.Open();
  EXPECT_TRUE(catalog.FindPlugin("binary").ok());
  const absl::Status status = catalog.FindPlugin("binnary").status();
  EXPECT_EQ(CodeOf(status), "PUE-0401");
  EXPECT_EQ(GetErrorDetail(status).hint, "did you mean `binary`?");
  EXPECT_THAT(GetErrorDetail(status).message, HasSubstr(folder.path().string()));
}

TEST(CatalogTest, FindsFormats) {
  const PluginFolder folder;
  folder.AddPlugin("alpha", ManifestWith("alpha", R"([
      {"id": "shared", "title": "t", "read": true},
      {"id": "view", "title": "t", "write": true, "lossless": "none"}])"));
  folder.AddPlugin("beta", ManifestWith("beta", R"([{"id": "shared", "title": "t", "read": true,
      "write": true, "lossless": "full"}])"));
  folder.Write("gamma.puente.json", SimpleManifest("gamma"));
  const Catalog catalog = folder.Open();
  const auto plugin_of = [&](std::string_view id, Direction direction) {
    const absl::StatusOr<FormatRef> ref = catalog.FindFormat(id, direction);
    return ref.ok() ? ref->entry->manifest.name : CodeOf(ref.status());
  };
  EXPECT_EQ(plugin_of("shared", Direction::kRead), "alpha");
  EXPECT_EQ(plugin_of("shared", Direction::kWrite), "beta");
  EXPECT_EQ(plugin_of("beta:shared", Direction::kRead), "beta");
  EXPECT_EQ(plugin_of("gamma:shared", Direction::kRead), "PUE-0105");
  EXPECT_EQ(plugin_of("view", Direction::kRead), "PUE-0105");
  EXPECT_THAT(Ids(catalog.Formats(Direction::kWrite)), ElementsAre("view", "shared"));

  const auto error = [&](std::string_view id, Direction direction) {
    const ErrorDetail detail = GetErrorDetail(catalog.FindFormat(id, direction).status());
    return detail.message + "; " + detail.hint;
  };
  EXPECT_EQ(error("view", Direction::kRead),
            "the format `view` can be written, but not read; formats that can be read: `shared`");
  EXPECT_EQ(error("sharde", Direction::kRead),
            "there is no format `sharde` that can be read; did you mean `shared`?");
  EXPECT_EQ(error("zzz", Direction::kWrite),
            "there is no format `zzz` that can be written; formats that can be written: `shared`, "
            "`view`");
  EXPECT_THAT(error("gamma", Direction::kRead), HasSubstr("needs the plugin `gamma`"));
  EXPECT_THAT(WhyOnly(catalog, "beta").reason, HasSubstr("the plugin `alpha` also has"));
  EXPECT_EQ(WhyOnly(catalog, "beta").outcome, Outcome::kUsable);
}

TEST(CatalogTest, FindsFormatsByTheLongestExtension) {
  const PluginFolder folder;
  folder.AddPlugin("a", SimpleManifest("a", R"(, "extensions": [".xml", ".json"])"));
  folder.AddPlugin("b", SimpleManifest("b", R"(, "extensions": [".b.xml", ".json"])"));
  const Catalog catalog = folder.Open();
  const auto ids = [&](std::string_view name) {
    return Ids(catalog.FormatsForExtension(name, Direction::kRead));
  };
  EXPECT_THAT(ids("x.xml"), ElementsAre("a"));
  EXPECT_THAT(ids("/y.b.xml/X.XML.gz"), ElementsAre("a"));
  EXPECT_THAT(ids("x.b.xml"), ElementsAre("b"));
  EXPECT_THAT(ids("x.json.zst"), ElementsAre("a", "b"));
  EXPECT_TRUE(ids("xml").empty());
  EXPECT_TRUE(ids(".xml").empty());
  EXPECT_TRUE(ids("-").empty());
  EXPECT_TRUE(catalog.FormatsForExtension("x.xml", Direction::kWrite).empty());
}

TEST(CatalogTest, StaysValidWhenMoved) {
  const PluginFolder folder;
  folder.AddPlugin("a", SimpleManifest("a"));
  Catalog catalog = folder.Open();
  const FormatRef ref = catalog.FindFormat("a", Direction::kRead).value();
  const Catalog moved = std::move(catalog);
  EXPECT_EQ(moved.FindFormat("a", Direction::kRead).value().format, ref.format);
}

TEST(CatalogTest, ReadsManyManifestsQuickly) {
  const PluginFolder folder;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "p" + std::to_string(i);
    folder.AddPlugin(name, SimpleManifest(name, R"(, "extensions": [".xml"], "identify": [
        {"rule": "xml_root", "names": ["a", "b", "c"]}, {"rule": "extension", "names": [".x"]}],
        "options": [{"name": "one", "type": "enum", "values": ["a", "b"], "help": "Something."},
                    {"name": "two", "type": "integer", "min": 1, "help": "Something else."}])"));
  }
  const std::clock_t before = std::clock();
  const Catalog catalog = folder.Open();
  const double ms = 1e3 * static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
  EXPECT_EQ(catalog.entries().size(), 200u);
  RecordProperty("cpu_us_200_manifests", static_cast<int>(ms * 1e3));
  // Meant to take less than 20 ms; sanitizers and busy machines are slower.
  EXPECT_LT(ms, 500);
}

}  // namespace
}  // namespace puente::plugin
