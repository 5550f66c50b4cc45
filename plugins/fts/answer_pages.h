// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// What the pages of an answer say around their records, to be written once.
#ifndef PUENTE_PLUGINS_FTS_ANSWER_PAGES_H_
#define PUENTE_PLUGINS_FTS_ANSWER_PAGES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/plugin/sdk/puente_sdk.h"
#include "puente/v1/record.pb.h"

namespace puente::fts {

/// Values of a header by the path of their field, as bytes; those of one path in their order.
using HeaderValues = std::map<std::string, std::string>;
HeaderValues ValuesOf(const v1::Record& header);

/// The part of a header behind the records, kept until it is known whether another page follows.
/// The newest link to a next page is kept beside it: the answer that is written ends as the last
/// page does. Whether a link is written is only known at the end, so each is counted as kept where
/// it comes, and as derived if it is written.
class HeldTail {
 public:
  explicit HeldTail(const sdk::Run& run);

  bool is_held() const { return is_held_; }
  /// Takes the tail of a page: the first one to be written, of later ones only the link; those are
  /// accounted for here (MergeHeader).
  void Take(const v1::Record& tail, const sdk::RecordInfo& info);
  /// Another page follows the one whose tail came last.
  void DropLink() { link_.reset(); }
  /// The first tail without its link, and the leaves of it.
  const v1::Record& record() const { return record_; }
  sdk::RecordInfo info() const { return {id_, origin_, leaves_}; }
  /// Puts the link of the last page into the tail. True when there is one.
  bool TakeLink();

 private:
  const sdk::Run run_;
  const uint32_t link_field_;
  bool is_held_ = false;
  v1::Record record_;
  HeaderValues values_;
  std::string id_;
  PuentePosition origin_{};
  std::vector<PuenteLeaves> leaves_;
  std::optional<std::string> link_;
};

/// Accounts for a header of a later page: what the first one says too is kept in it, the rest is
/// lost as merged, with a finding.
void MergeHeader(const sdk::Run& run, const HeaderValues& first, const v1::Record& header,
                 const sdk::RecordInfo& info);

}  // namespace puente::fts

#endif  // PUENTE_PLUGINS_FTS_ANSWER_PAGES_H_
