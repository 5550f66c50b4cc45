// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// store_flips: damages a closed store in one byte, many times, and reads everything: each answer
// must be the right one or say that the store is damaged.
//
// store_flips COUNT [SEED]     the figures as a line of JSON

#include <fmt/format.h>
#include <stdlib.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "puente/v1/record.pb.h"
#include "services/store/reason_error.h"
#include "services/store/store.h"

namespace puente::store {
namespace {

namespace fs = std::filesystem;

constexpr char kDamaged[] = "STORE_DAMAGED";

// Everything that a store answers, or the reason of an error, each under its question.
using Answers = std::vector<std::pair<std::string, std::string>>;

[[noreturn]] void Fail(const std::string& what) {
  fmt::print(stderr, "store_flips: {}\n", what);
  std::exit(2);
}

std::string Told(const absl::Status& status) {
  const auto reason = ReasonOf(status);
  return reason == exchange::v1::REASON_UNSPECIFIED ? status.ToString() : ReasonName(reason);
}

std::string Told(const StoredRecord& record) {
  return fmt::format("{}/{}/{}{}~{} g{} r{} p{} t{} {}{} s{} {} {}\n", record.dataset.agency,
                     record.dataset.dataset, record.key.header, record.key.id, record.key.ordinal,
                     record.generation, record.revision, record.position, record.time,
                     record.deleted, record.delete_reason, record.size, DigestToHex(record.digest),
                     record.body == nullptr ? "-" : *record.body);
}

std::string Told(const std::vector<StoredRecord>& records) {
  std::string out;
  for (const StoredRecord& record : records) out += Told(record);
  return out;
}

std::string Told(const Token& token) {
  return fmt::format("{} {} {} {} {} {}", token.id, token.agency, token.scopes, token.create_time,
                     token.expire_time, token.revoke_time);
}

std::string Told(const Agency& agency) {
  return fmt::format("{} {} {} {} {}\n", agency.name, agency.title, agency.head, agency.compacted,
                     agency.create_time);
}

std::string Told(const std::vector<Agency>& agencies) {
  std::string out;
  for (const Agency& agency : agencies) out += Told(agency);
  return out;
}

std::string Told(const std::vector<Dataset>& datasets) {
  std::string out;
  for (const Dataset& dataset : datasets) {
    out += fmt::format("{} {} {} {} {} {} {}\n", dataset.key.agency, dataset.key.dataset,
                       dataset.records, dataset.bytes, dataset.revision, dataset.create_time,
                       dataset.update_time);
  }
  return out;
}

std::string Told(const ChangePage& page) {
  std::string out = fmt::format("to {}\n", page.through);
  for (const Change& change : page.changes) {
    out += fmt::format("{} ", static_cast<int>(change.kind)) + Told(change.record);
  }
  return out;
}

std::string Told(const ScanPage& page) { return Told(page.records); }

std::string Told(const std::vector<AuditEntry>& entries) {
  std::string out;
  for (const AuditEntry& entry : entries) {
    out += fmt::format("{} {} {} {} {} {} {} {}\n", entry.time, entry.agency, entry.peer,
                       entry.action, entry.resource, entry.outcome, entry.detail, entry.count);
  }
  return out;
}

template <typename Value>
std::string Told(const absl::StatusOr<Value>& value) {
  return value.ok() ? Told(*value) : Told(value.status());
}

RecordKey KeyOf(int number) {
  return {number == 0, number == 0 ? "" : fmt::format("XM-DAC-{}", number * 7919 % 1000), 0};
}

constexpr int kRecords = 120;
const DatasetKey& TheDataset() {
  static const auto* const dataset = new DatasetKey{"acme", "flips"};
  return *dataset;
}

PushStep MakeStep(const PushKey& push, int first, int last, const std::string& salt) {
  std::mt19937 random(static_cast<unsigned>(first));
  PushStep step;
  step.push = push;
  step.through_seq = last + 1;
  for (int number = first; number <= last; ++number) {
    PushOp op;
    op.seq = number + 1;
    op.key = KeyOf(number);
    v1::Record record;
    std::string text = salt;
    // One is larger than a page.
    const size_t size = number == 17 ? 60'000 : 2000;
    while (text.size() < size) text += fmt::format("{} word ", random() % 1000);
    if (op.key.header) {
      record.mutable_dataset_header()->set_version(text);
    } else {
      record.mutable_identity()->set_id(op.key.id);
      record.mutable_activity()->set_lang(text);
    }
    op.body = record.SerializeAsString();
    const auto digest = RecordDigest(std::string_view(op.body));
    if (!digest.ok()) Fail(digest.status().ToString());
    op.digest = *digest;
    step.ops.push_back(std::move(op));
  }
  return step;
}

absl::Status Apply(Store* store, PushStep step) {
  std::promise<absl::Status> done;
  store->Apply(std::move(step),
               [&done](absl::StatusOr<StepResult> result) { done.set_value(result.status()); });
  return done.get_future().get();
}

absl::Status Commit(Store* store, const PushKey& push) {
  CommitOptions options;
  options.allow_mass_removal = true;
  std::promise<absl::Status> done;
  store->CommitPush(push, options, [&done](absl::StatusOr<PushSummary> result) {
    done.set_value(result.status());
  });
  return done.get_future().get();
}

const PushKey& OpenSnapshot() {
  static const auto* const push = new PushKey{TheDataset(), "open", PushMode::kSnapshot};
  return *push;
}

void Require(const absl::Status& status) {
  if (!status.ok()) Fail(status.ToString());
}

void MakeIt(const std::string& path, bool compress) {
  StoreOptions options;
  options.create = true;
  options.compress = compress;
  auto store = OpenStore("sqlite:" + path, options);
  Require(store.status());
  Require((*store)->AddAgency("acme", "Acme"));
  Require((*store)->AddAgency("other", ""));
  Require((*store)->AddToken({"t1", "acme", 3, 5, 0, 0}, {1}));
  std::vector<AuditEntry> lines(30, {1, "acme", "t1", "peer", "action", "res", "OK", "x", 1});
  Require((*store)->AppendAudit(lines));
  const PushKey first{TheDataset(), "first", PushMode::kUpsert};
  Require((*store)->OpenPush(first).status());
  Require(Apply(store->get(), MakeStep(first, 0, kRecords - 1, "a")));
  Require(Commit(store->get(), first));
  const PushKey second{TheDataset(), "second", PushMode::kUpsert};
  Require((*store)->OpenPush(second).status());
  Require(Apply(store->get(), MakeStep(second, 10, 40, "b")));
  for (const int number : {3, 50, 51}) {
    Require((*store)->DeleteRecord(TheDataset(), KeyOf(number), {}, "gone").status());
  }
  Require((*store)->Compact("acme", kRecords + 10).status());
  Require((*store)->OpenPush(OpenSnapshot()).status());
  Require(Apply(store->get(), MakeStep(OpenSnapshot(), 20, 60, "c")));
  const auto check = (*store)->Check();
  Require(check.status());
  if (check->problem_count != 0) Fail(check->problems[0].place + ": " + check->problems[0].what);
}

Answers Ask(const std::string& path) {
  Answers answers;
  const auto opened = OpenStore("sqlite:" + path, {});
  answers.emplace_back("open", Told(opened.status()));
  if (!opened.ok()) return answers;
  Store* const store = opened->get();
  const auto scan = [&](const char* question) {
    const auto head = store->Head();
    answers.emplace_back("head", Told(head.status()));
    if (!head.ok()) return;
    ScanRequest request;
    request.as_of = *head;
    answers.emplace_back(question, Told(store->Scan(request)));
    request.max_records = 3;
    request.with_body = false;
    request.after = ScanCursor{TheDataset(), int64_t{20} << 28};
    answers.emplace_back(question, Told(store->Scan(request)));
  };
  answers.emplace_back("agencies", Told(store->ListAgencies()));
  answers.emplace_back("agency", Told(store->GetAgency("acme")));
  answers.emplace_back("datasets", Told(store->ListDatasets("", {}, 100)));
  answers.emplace_back("token", Told(store->FindToken({1})));
  answers.emplace_back("audit", Told(store->ReadAudit(100)));
  scan("scan");
  answers.emplace_back("changes", Told(store->ReadChanges("acme", "", kRecords + 10, 0, 0, true)));
  for (int number = 0; number < kRecords; number += 3) {
    answers.emplace_back(fmt::format("record {}", number),
                         Told(store->GetRecord(TheDataset(), KeyOf(number), 0, true)));
    answers.emplace_back(fmt::format("generations {}", number),
                         Told(store->ListGenerations(TheDataset(), KeyOf(number), 0, 10)));
  }
  // Writing upon damage must not make it worse either.
  answers.emplace_back("commit", Told(Commit(store, OpenSnapshot())));
  if (answers.back().second == "OK") scan("scan after the commit");
  return answers;
}

// Times of what the commit writes differ from run to run.
void TakeTimesOut(Answers* answers) {
  for (auto& [question, answer] : *answers) {
    for (size_t at = 0; (at = answer.find(" t1", at)) != std::string::npos; ++at) {
      const size_t end = answer.find(' ', at + 1);
      if (end - at > 12) answer.replace(at, end - at, " t");
    }
  }
}

struct Figures {
  int64_t refused = 0;
  int64_t errors = 0;
  int64_t right = 0;
  int64_t wrong = 0;
};

void Flip(const std::string& good, const Answers& expected, const std::string& path, size_t offset,
          char mask, Figures* figures) {
  for (const char* end : {"", "-wal", "-shm", "-lock"}) fs::remove(path + end);
  {
    std::string bytes = good;
    bytes[offset] = static_cast<char>(bytes[offset] ^ mask);
    std::ofstream file(path, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  Answers answers = Ask(path);
  TakeTimesOut(&answers);
  if (answers.size() == 1) {
    answers[0].second == kDamaged ? ++figures->refused : ++figures->wrong;
    return;
  }
  bool errors = false;
  size_t at = 0;
  for (const auto& [question, answer] : answers) {
    // A question that an error left out has no answer here.
    while (at < expected.size() && expected[at].first != question) ++at;
    if (answer == kDamaged) {
      errors = true;
    } else if (at == expected.size() || answer != expected[at].second) {
      ++figures->wrong;
      fmt::print(stderr, "byte {} ^ {:#x}: {}: {}\n", offset, static_cast<unsigned char>(mask),
                 question, answer.substr(0, 300));
      return;
    }
    ++at;
  }
  ++(errors ? figures->errors : figures->right);
}

int Run(int64_t count, unsigned seed) {
  std::string folder = (fs::temp_directory_path() / "puente-flips-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) Fail("no temporary folder");
  Figures figures;
  std::mt19937 random(seed);
  for (const bool compress : {true, false}) {
    const std::string path = folder + "/store";
    fs::remove(path);
    MakeIt(path, compress);
    std::string good;
    {
      std::ifstream file(path, std::ios::binary);
      good.assign(std::istreambuf_iterator<char>(file), {});
    }
    Answers expected = Ask(path);
    TakeTimesOut(&expected);
    for (const auto& [question, answer] : expected) {
      if (answer == kDamaged) Fail("the whole store is damaged: " + question);
    }
    for (int64_t i = 0; i < count / 2; ++i) {
      // The header, where SQLite looks before anything else, a little more often.
      const size_t offset = i % 10 == 0 ? random() % 100 : random() % good.size();
      const char mask = static_cast<char>(1 + random() % 255);
      Flip(good, expected, path, offset, mask, &figures);
    }
  }
  fs::remove_all(folder);
  fmt::print(
      "{{\"flips\":{},\"refused\":{},\"errors\":{},\"right\":{},\"wrong\":{},\"seed\":{}}}\n",
      count / 2 * 2, figures.refused, figures.errors, figures.right, figures.wrong, seed);
  // A test that meets no damage tests nothing.
  return figures.wrong == 0 && figures.errors > 0 && figures.refused > 0 ? 0 : 1;
}

}  // namespace
}  // namespace puente::store

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    fmt::print(stderr, "usage: store_flips COUNT [SEED]\n");
    return 2;
  }
  return puente::store::Run(std::atoll(argv[1]),
                            argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1);
}
