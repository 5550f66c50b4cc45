// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// The host's table as the kit offers it: it looks at what a plugin says, and passes it on.
#include "tools/kit/watch_host.h"

#include <algorithm>

#include "core/base/utf8.h"
#include "core/findings/receipt.h"
#include "core/plugin/host.h"
#include "fmt/format.h"

namespace puente::tools {
namespace {

constexpr size_t kMaxKept = 50;
// Texts longer than this are surely no texts.
constexpr size_t kMaxText = size_t{1} << 30;

const PuenteHost& Host() { return *plugin::HostTable(); }
HostWatch& Watch() { return HostWatch::Get(); }

/// Looks at a text; false when it must not be touched.
bool Look(std::string_view what, PuenteString text, bool must_be_utf8 = true) {
  if (text.size == 0) return true;
  if (text.data == nullptr || text.size > kMaxText) {
    Watch().Fault(fmt::format("{} has {} bytes at no place", what, text.size));
    return false;
  }
  if (must_be_utf8 && FirstInvalidUtf8({text.data, text.size}).has_value()) {
    Watch().Fault(fmt::format("{} is not UTF-8", what));
  }
  return true;
}

/// `PUE-0201`: letters and digits, a hyphen, digits.
bool IsCode(std::string_view code) {
  const size_t hyphen = code.rfind('-');
  if (hyphen == std::string_view::npos || hyphen == 0 || hyphen + 1 == code.size()) return false;
  const auto upper = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(code.begin(), code.begin() + static_cast<ptrdiff_t>(hyphen), upper) &&
         std::all_of(code.begin() + static_cast<ptrdiff_t>(hyphen) + 1, code.end(), digit);
}

void LookAtCode(std::string_view what, PuenteString code) {
  if (!Look(what, code) || code.size == 0) return;
  const std::string_view text(code.data, code.size);
  Watch().Code(text);
  if (!IsCode(text)) {
    Watch().Fault(fmt::format("{} is `{}`, which is not like IATI-0012", what,
                              EscapeForTerminalLine(text.substr(0, 40))));
  }
}

void LookAtPath(std::string_view what, uint32_t path, bool may_be_none) {
  if (path == 0 && may_be_none) return;
  if (PathTable::Global().Name(path).empty()) {
    Watch().Fault(fmt::format("{} names a path ({}) that `intern_path` never gave", what, path));
  }
}

void LookAtRun(std::string_view what, const PuenteRun* run) {
  if (run == nullptr) Watch().Fault(fmt::format("{} is called without a run", what));
}

uint32_t Intern(PuenteString path) {
  if (!Look("a path", path)) return 1;
  if (path.size == 0) Watch().Fault("a path is empty");
  return Host().intern_path(path);
}

void Log(PuenteRun* run, int32_t level, PuenteString message) {
  LookAtRun("`log`", run);
  if (!Look("a line of the log", message)) return;
  if (level < PUENTE_INFO || level > PUENTE_CRITICAL) {
    Watch().Fault(fmt::format("a line of the log has the level {}", level));
  }
  Host().log(run, level, message);
}

void SetError(PuenteRun* run, PuenteString code, PuenteString message,
              const PuentePosition* position, PuenteString hint) {
  LookAtRun("`set_error`", run);
  LookAtCode("the code of an error", code);
  if (message.size == 0) Watch().Fault("the message of an error is empty");
  const bool sound = Look("the message of an error", message);
  if (!Look("the hint of an error", hint) || !sound) return;
  Host().set_error(run, code, message, position, hint);
}

void ReportFinding(PuenteRun* run, const PuenteFinding* finding) {
  LookAtRun("`report_finding`", run);
  if (finding == nullptr || finding->struct_size < sizeof(PuenteFinding)) {
    Watch().Fault("a finding is too small to be one");
    return;
  }
  if (finding->severity < PUENTE_INFO || finding->severity > PUENTE_CRITICAL) {
    Watch().Fault(fmt::format("a finding has the severity {}", finding->severity));
  }
  if (finding->code.size == 0) Watch().Fault("a finding has no code");
  if (finding->message.size == 0) Watch().Fault("a finding has no message");
  LookAtCode("the code of a finding", finding->code);
  bool sound = Look("the message of a finding", finding->message);
  sound = Look("the hint of a finding", finding->hint) && sound;
  sound = Look("the path of a finding", finding->path) && sound;
  sound = Look("the record of a finding", finding->record_id) && sound;
  sound = Look("the sheet of a finding", finding->position.sheet) && sound;
  sound = Look("the cell of a finding", finding->position.cell) && sound;
  // What stands in the source may be anything.
  sound = Look("the text of a finding", finding->text, false) && sound;
  if (sound) Host().report_finding(run, finding);
}

void CountRead(PuenteRun* run, uint32_t source_path, uint64_t count) {
  LookAtRun("`count_read`", run);
  LookAtPath("`count_read`", source_path, false);
  Host().count_read(run, source_path, count);
}

void CountRejected(PuenteRun* run, uint32_t source_path, uint64_t count) {
  LookAtRun("`count_rejected`", run);
  LookAtPath("`count_rejected`", source_path, false);
  Host().count_rejected(run, source_path, count);
}

void CountKept(PuenteRun* run, uint32_t field_path, uint32_t out_path, uint64_t count) {
  LookAtRun("`count_kept`", run);
  LookAtPath("`count_kept`", field_path, false);
  LookAtPath("`count_kept`", out_path, true);
  if (!InWriterPut()) Watch().Fault("`count_kept` is called outside of `writer_put`");
  Host().count_kept(run, field_path, out_path, count);
}

void CountKeptAll(PuenteRun* run, const PuenteLeaves* leaves, size_t size) {
  LookAtRun("`count_kept_all`", run);
  if (leaves == nullptr && size != 0) {
    Watch().Fault("`count_kept_all` is given no leaves");
    return;
  }
  for (size_t i = 0; i < size; ++i) {
    LookAtPath("`count_kept_all`", leaves[i].field_path, false);
    LookAtPath("`count_kept_all`", leaves[i].source_path, true);
  }
  if (!InWriterPut()) Watch().Fault("`count_kept_all` is called outside of `writer_put`");
  Host().count_kept_all(run, leaves, size);
}

void CountDerived(PuenteRun* run, uint32_t out_path, uint64_t count) {
  LookAtRun("`count_derived`", run);
  LookAtPath("`count_derived`", out_path, false);
  Host().count_derived(run, out_path, count);
}

void ReportLoss(PuenteRun* run, uint32_t field_path, uint64_t count, int32_t reason,
                PuenteString example) {
  LookAtRun("`report_loss`", run);
  LookAtPath("`report_loss`", field_path, false);
  if (reason <= PUENTE_LOSS_UNREPORTED || reason > PUENTE_LOSS_MERGED) {
    Watch().Fault(fmt::format("a loss has the reason {}", reason));
  }
  if (!InWriterPut()) Watch().Fault("`report_loss` is called outside of `writer_put`");
  if (Look("the example of a loss", example, false)) {
    Host().report_loss(run, field_path, count, reason, example);
  }
}

PuenteHost MakeTable(const PuenteHost& sized) {
  PuenteHost table = Host();
  table.struct_size = sized.struct_size;
  table.intern_path = Intern;
  table.log = Log;
  table.set_error = SetError;
  table.report_finding = ReportFinding;
  table.count_read = CountRead;
  table.count_rejected = CountRejected;
  table.count_kept = CountKept;
  table.count_kept_all = CountKeptAll;
  table.count_derived = CountDerived;
  table.report_loss = ReportLoss;
  return table;
}

}  // namespace

bool& InWriterPut() {
  static thread_local bool inside = false;
  return inside;
}

HostWatch::HostWatch() {
  plain_.value = MakeTable(plain_.value);
  grown_.value = MakeTable(grown_.value);
}

HostWatch& HostWatch::Get() {
  static HostWatch* const watch = new HostWatch;
  return *watch;
}

const PuenteHost* HostWatch::Table(bool grown) { return grown ? &grown_.value : &plain_.value; }

void HostWatch::Fault(std::string text) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (faults_.size() < kMaxKept) faults_.insert(std::move(text));
}

std::set<std::string> HostWatch::faults() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return faults_;
}

std::set<std::string> HostWatch::codes() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return codes_;
}

void HostWatch::Code(std::string_view code) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (codes_.size() < 1000) codes_.emplace(code.substr(0, 64));
}

}  // namespace puente::tools
