// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Walks datasets in order, and versions in the order of revisions.

#include "services/store/scan_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "services/store/place_plan.h"
#include "services/store/reason_error.h"
#include "services/store/resource_name.h"
#include "services/store/sqlite_schema.h"
#include "services/store/version_rows.h"

namespace puente::store {
namespace {

constexpr int64_t kMostLooked = 20'000;

constexpr const char* kAgency = "SELECT pk, head, compacted FROM agency WHERE name = ?";
constexpr const char* kNextDataset =
    "SELECT pk, name FROM dataset WHERE agency = ? AND name > ? ORDER BY name LIMIT 1";
constexpr const char* kOneDataset = "SELECT pk FROM dataset WHERE agency = ? AND name = ?";
constexpr const char* kDatasetName = "SELECT name FROM dataset WHERE pk = ?";

struct Found {
  int64_t pk = 0;
  int64_t head = 0;
  int64_t compacted = 0;
};

// An agency whose state at a revision can be read.
absl::StatusOr<Found> FindAgency(Connection* connection, const std::string& name,
                                 int64_t revision) {
  Query query(connection, kAgency);
  absl::StatusOr<bool> row = query.BindText(name).Next();
  if (!row.ok()) return row.status();
  if (!*row) {
    return ReasonError(exchange::v1::REASON_AGENCY_NOT_FOUND, "there is no such agency",
                       {{"name", AgencyName(name)}});
  }
  Found found{query.Int(0), query.Int(1), query.Int(2)};
  if (revision < found.compacted) {
    return ReasonError(
        exchange::v1::REASON_REVISION_COMPACTED,
        "the history of the agency goes back to revision " + std::to_string(found.compacted),
        {{"agency", name}, {"oldest", std::to_string(found.compacted)}});
  }
  if (revision > found.head) {
    return ReasonError(exchange::v1::REASON_RESUME_TOKEN_INVALID,
                       "the revision is newer than the store, which was set back",
                       {{"agency", name}});
  }
  return found;
}

class Scanner {
 public:
  Scanner(Connection* connection, const ScanRequest& request, const RecordVisitor& visit)
      : connection_(connection), request_(request), visit_(visit) {
    if (request.after.has_value()) end_.next = *request.after;
  }

  absl::StatusOr<ScanEnd> Run();

 private:
  // Each answers true when the page is full.
  absl::StatusOr<bool> ScanAgency(const std::string& agency, int64_t revision);
  absl::StatusOr<bool> ScanDataset(int64_t pk, const DatasetKey& name, int64_t moment);

  bool IsFull(int64_t more) const {
    if (records_ == 0) return false;
    return (request_.max_records > 0 && records_ >= request_.max_records) ||
           (request_.max_bytes > 0 && bytes_ + more > request_.max_bytes);
  }

  Connection* const connection_;
  const ScanRequest& request_;
  const RecordVisitor& visit_;
  ScanEnd end_;
  int64_t records_ = 0;
  int64_t bytes_ = 0;
  // Used for one record after the other, so that their memory is.
  StoredRecord record_;
  std::string buffer_;
};

absl::StatusOr<bool> Scanner::ScanDataset(int64_t pk, const DatasetKey& name, int64_t moment) {
  int64_t after = kNoPlace;
  if (request_.after.has_value() && request_.after->dataset == name) {
    after = request_.after->position;
  }
  const bool with_body = request_.with_body;
  Query query(connection_, with_body ? kScanBodies : kScanRows);
  query.Bind(pk).Bind(after).Bind(moment).Bind(moment);
  record_.dataset = name;
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    if (!*row) return false;
    const int64_t bytes = with_body ? ReadSize(query) : 0;
    if (IsFull(bytes)) return true;
    absl::Status status = ReadVersion(query, false, &record_);
    if (!status.ok()) return status;
    absl::StatusOr<std::string_view> body = std::string_view();
    if (with_body && !record_.deleted) body = ReadBody(query, record_.size, &buffer_);
    if (!body.ok()) return body.status();
    visit_(record_, *body);
    if (++records_ == 1 || end_.next.dataset != name) end_.next.dataset = name;
    end_.next.position = record_.position;
    bytes_ += bytes;
  }
}

absl::StatusOr<bool> Scanner::ScanAgency(const std::string& agency, int64_t revision) {
  absl::StatusOr<Found> found = FindAgency(connection_, agency, revision);
  if (!found.ok()) return found.status();
  const int64_t moment = VersionOf(found->pk, revision);
  DatasetKey name{agency, request_.selector.dataset};
  if (!name.dataset.empty()) {
    int64_t pk = 0;
    {
      Query query(connection_, kOneDataset);
      absl::StatusOr<bool> row = query.Bind(found->pk).Bind(name.dataset).Next();
      if (!row.ok() || !*row) return row;
      pk = query.Int(0);
    }
    if (request_.after.has_value() && name < request_.after->dataset) return false;
    return ScanDataset(pk, name, moment);
  }
  // Behind the dataset that the cursor is in, and first the rest of it.
  const bool within = request_.after.has_value() && request_.after->dataset.agency == agency;
  bool rest = within;
  if (within) name.dataset = request_.after->dataset.dataset;
  while (true) {
    int64_t pk = 0;
    bool there = false;
    {
      Query query(connection_, rest ? kOneDataset : kNextDataset);
      absl::StatusOr<bool> row = query.Bind(found->pk).Bind(name.dataset).Next();
      if (!row.ok()) return row.status();
      there = *row;
      if (there) pk = query.Int(0);
      std::string next = there && !rest ? query.Text(1) : std::string();
      if (there && !rest) name.dataset = std::move(next);
    }
    if (!there && !rest) return false;
    rest = false;
    if (!there) continue;
    absl::StatusOr<bool> full = ScanDataset(pk, name, moment);
    if (!full.ok() || *full) return full;
  }
}

absl::StatusOr<ScanEnd> Scanner::Run() {
  bool full = false;
  for (const auto& [agency, revision] : request_.as_of) {
    if (!request_.selector.agency.empty() && request_.selector.agency != agency) continue;
    if (request_.after.has_value() && agency < request_.after->dataset.agency) continue;
    absl::StatusOr<bool> scanned = ScanAgency(agency, revision);
    if (!scanned.ok()) return scanned.status();
    full = *scanned;
    if (full) break;
  }
  end_.complete = !full;
  return std::move(end_);
}

}  // namespace

absl::StatusOr<ScanEnd> ScanRecords(Connection* connection, const ScanRequest& request,
                                    const RecordVisitor& visit) {
  return Scanner(connection, request, visit).Run();
}

absl::StatusOr<ChangePage> ReadLog(Connection* connection, const std::string& agency,
                                   const std::string& dataset, int64_t after, int64_t max_changes,
                                   int64_t max_bytes, bool with_body) {
  absl::StatusOr<Found> found = FindAgency(connection, agency, after);
  if (!found.ok()) return found.status();
  ChangePage page;
  page.through = found->head;
  int64_t wanted = 0;
  if (!dataset.empty()) {
    Query query(connection, kOneDataset);
    absl::StatusOr<bool> row = query.Bind(found->pk).Bind(dataset).Next();
    if (!row.ok()) return row.status();
    if (!*row) return page;
    wanted = query.Int(0);
  }
  std::map<int64_t, std::string> names;
  int64_t bytes = 0;
  int64_t looked = 0;
  int64_t expected = after;
  // The bodies of changes that are passed over are not looked for.
  const bool join = with_body && wanted == 0;
  Query query(connection, join ? kLogBodies : kLogRows);
  query.Bind(VersionOf(found->pk, after + 1)).Bind(VersionOf(found->pk, found->head));
  while (true) {
    absl::StatusOr<bool> row = query.Next();
    if (!row.ok()) return row.status();
    const bool end = !*row;
    const int64_t revision = end ? found->head + 1 : RevisionOf(ReadVersionNumber(query));
    if (revision != ++expected) {
      return ReasonError(exchange::v1::REASON_STORE_DAMAGED,
                         "the store is damaged: the log of changes has a gap");
    }
    if (end) return page;
    const auto changes = static_cast<int64_t>(page.changes.size());
    const bool mine = wanted == 0 || ReadDatasetNumber(query) == wanted;
    const int64_t more = with_body ? ReadSize(query) : 0;
    const bool full = mine && changes > 0 &&
                      ((max_changes > 0 && changes >= max_changes) ||
                       (max_bytes > 0 && bytes + more > max_bytes));
    if (full || ++looked > kMostLooked) {
      page.through = revision - 1;
      return page;
    }
    if (!mine) continue;
    Change& change = page.changes.emplace_back();
    change.kind = ReadKind(query);
    std::string& name = names[ReadDatasetNumber(query)];
    if (name.empty()) {
      Query get(connection, kDatasetName);
      absl::StatusOr<bool> there = get.Bind(ReadDatasetNumber(query)).Next();
      if (!there.ok()) return there.status();
      name = get.Text(0);
    }
    change.record.dataset = {agency, name};
    absl::Status status = ReadVersion(query, join, &change.record);
    if (status.ok() && with_body && !join) {
      Query one(connection, kVersionBody);
      absl::StatusOr<bool> there = one.Bind(ReadVersionNumber(query)).Next();
      if (!there.ok()) return there.status();
      status = ReadVersion(one, true, &change.record);
    }
    if (!status.ok()) return status;
    bytes += more;
  }
}

}  // namespace puente::store
