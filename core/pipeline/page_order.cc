// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Puts the pages of an answer into their order, by the links in them or by their names.

#include "core/pipeline/page_order.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/pipeline/read_loop.h"
#include "fmt/format.h"

namespace puente::pipeline {
namespace {

// Where a page's link stands: behind the records or before them.
constexpr size_t kLinkWithin = size_t{64} << 10;
constexpr size_t kNone = SIZE_MAX;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// An input as a page.
struct Page {
  /// Place among the inputs.
  size_t input = 0;
  /// The name without folder.
  std::string_view name;
  /// The name without what tells the page, and the page's number; 0 when the name has none.
  std::string stem;
  uint64_t number = 0;
  /// The address of the next page; empty when the page has none.
  std::string link;
  /// The pages before and after it, kNone when there are none.
  size_t before = kNone;
  size_t after = kNone;
};

std::string_view BaseOf(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The name without `.json`, `.json.gz` and the like.
std::string_view WithoutEnding(std::string_view name) {
  const size_t point = name.find_first_of('.', 1);
  return name.substr(0, point);
}

/// Finds `page-2`, `page=2`, `page_2` or `page2`; what is before and behind it goes to `*rest`.
uint64_t PageNumber(std::string_view name, std::string* rest) {
  constexpr std::string_view kWord = "page";
  *rest = name;
  for (size_t at = name.find(kWord); at != std::string_view::npos; at = name.find(kWord, at + 1)) {
    if (at > 0 && (IsLetter(name[at - 1]) || IsDigit(name[at - 1]))) continue;
    size_t digit = at + kWord.size();
    if (digit < name.size() && !IsDigit(name[digit]) && !IsLetter(name[digit])) ++digit;
    uint64_t number = 0;
    size_t end = digit;
    for (; end < name.size() && IsDigit(name[end]) && number < 1'000'000'000; ++end) {
      number = number * 10 + static_cast<uint64_t>(name[end] - '0');
    }
    if (end == digit || (end < name.size() && (IsDigit(name[end]) || IsLetter(name[end]))))
      continue;
    *rest = std::string(name.substr(0, at == 0 ? 0 : at - 1)) + std::string(name.substr(end));
    return number;
  }
  return 0;
}

/// The value of the last member of this name in a piece of JSON, when it is a plain string.
std::string MemberText(std::string_view json, std::string_view member) {
  const std::string quoted = fmt::format("\"{}\"", member);
  for (size_t at = json.rfind(quoted); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : json.rfind(quoted, at - 1)) {
    std::string_view rest = json.substr(at + quoted.size());
    const auto skip_blanks = [&rest] {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
    };
    skip_blanks();
    if (!rest.starts_with(':')) continue;
    rest.remove_prefix(1);
    skip_blanks();
    if (!rest.starts_with('"')) continue;
    rest.remove_prefix(1);
    const size_t end = rest.find_first_of("\"\n");
    if (end == std::string_view::npos || rest[end] != '"') continue;
    std::string text;
    for (const char c : rest.substr(0, end)) {
      // `\/` is the one escape that addresses have.
      if (c != '\\') text += c;
    }
    return text;
  }
  return "";
}

std::string LinkOf(const Input& input) {
  if (input.source == nullptr || !input.source->can_seek()) return "";
  const PuenteSource* const source = input.source->c_source();
  const uint64_t size = input.source->size();
  if (size == plugin::kUnknownSize) return "";
  const auto read = [&](uint64_t offset) {
    std::string bytes(static_cast<size_t>(std::min<uint64_t>(size - offset, kLinkWithin)), '\0');
    size_t done = 0;
    while (done < bytes.size()) {
      size_t got = 0;
      if (source->read_at(source->ctx, offset + done, bytes.data() + done, bytes.size() - done,
                          &got) != PUENTE_OK ||
          got == 0) {
        break;
      }
      done += got;
    }
    bytes.resize(done);
    return bytes;
  };
  const std::string& member = input.binding.format->next_page;
  std::string link = MemberText(read(size - std::min<uint64_t>(size, kLinkWithin)), member);
  if (link.empty() && size > kLinkWithin) link = MemberText(read(0), member);
  return link;
}

/// The page that a link leads to, by the end of its path or its page number.
size_t TargetOf(const std::vector<Page>& pages, size_t from) {
  std::string_view link = pages[from].link;
  if (link.empty()) return kNone;
  const std::string_view path = link.substr(0, link.find_first_of("?#"));
  for (size_t i = 0; i < pages.size(); ++i) {
    if (i != from && pages[i].before == kNone && pages[i].name == BaseOf(path)) return i;
  }
  std::string rest;
  const uint64_t number = PageNumber(link, &rest);
  for (size_t i = 0; number > 0 && i < pages.size(); ++i) {
    if (i != from && pages[i].before == kNone && pages[i].number == number &&
        pages[i].stem == pages[from].stem) {
      return i;
    }
  }
  return kNone;
}

void Report(std::string message, std::string hint, Input* input) {
  Finding finding;
  finding.severity = Severity::kWarning;
  finding.code = "PUE-0507";
  finding.message = std::move(message);
  finding.hint = std::move(hint);
  finding.location.source = input->path;
  input->findings.push_back(std::move(finding));
}

/// The pages in their order: chains of links, each where its first page stood.
std::vector<size_t> OrderOf(std::vector<Page>* pages) {
  bool is_linked = false;
  for (size_t i = 0; i < pages->size(); ++i) {
    const size_t target = TargetOf(*pages, i);
    if (target == kNone) continue;
    (*pages)[i].after = target;
    (*pages)[target].before = i;
    is_linked = true;
  }
  std::vector<size_t> order;
  if (!is_linked) {
    for (size_t i = 0; i < pages->size(); ++i) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [pages](size_t a, size_t b) {
      return CompareNaturally((*pages)[a].name, (*pages)[b].name) < 0;
    });
    return order;
  }
  std::vector<bool> is_placed(pages->size());
  const auto place = [&](size_t first) {
    for (size_t i = first; i != kNone && !is_placed[i]; i = (*pages)[i].after) {
      order.push_back(i);
      is_placed[i] = true;
    }
  };
  for (size_t i = 0; i < pages->size(); ++i) {
    if ((*pages)[i].before == kNone) place(i);
  }
  // Links that go round in a circle.
  for (size_t i = 0; i < pages->size(); ++i) place(i);
  return order;
}

}  // namespace

std::strong_ordering CompareNaturally(std::string_view a, std::string_view b) {
  const auto compare = [](std::string_view x, std::string_view y) {
    while (!x.empty() && !y.empty()) {
      if (IsDigit(x[0]) && IsDigit(y[0])) {
        const auto take = [](std::string_view* text) {
          size_t end = 0;
          while (end < text->size() && IsDigit((*text)[end])) ++end;
          std::string_view digits = text->substr(0, end);
          text->remove_prefix(end);
          digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
          return digits;
        };
        const std::string_view p = take(&x);
        const std::string_view q = take(&y);
        if (p.size() != q.size()) return p.size() <=> q.size();
        if (const auto order = p.compare(q) <=> 0; order != 0) return order;
        continue;
      }
      if (x[0] != y[0]) {
        return static_cast<unsigned char>(x[0]) <=> static_cast<unsigned char>(y[0]);
      }
      x.remove_prefix(1);
      y.remove_prefix(1);
    }
    return x.size() <=> y.size();
  };
  const auto order = compare(WithoutEnding(a), WithoutEnding(b));
  return order != 0 ? order : a.compare(b) <=> 0;
}

void OrderPages(std::vector<Input>* inputs) {
  std::vector<Page> pages;
  for (size_t i = 0; i < inputs->size(); ++i) {
    const Input& input = (*inputs)[i];
    if (input.binding.format->next_page.empty()) continue;
    Page& page = pages.emplace_back();
    page.input = i;
    page.name = BaseOf(input.path);
    page.number = PageNumber(WithoutEnding(page.name), &page.stem);
    page.link = LinkOf(input);
  }
  if (pages.empty()) return;
  const std::vector<size_t> order = OrderOf(&pages);
  std::vector<std::pair<size_t, size_t>> sources;  // of each place: the input that comes there
  for (size_t i = 0; i < order.size(); ++i) {
    const Page& page = pages[order[i]];
    Input& input = (*inputs)[page.input];
    if (page.before != kNone && page.before == (i == 0 ? kNone : order[i - 1])) {
      const Input& first = (*inputs)[pages[order[i - 1]].input];
      input.dataset = first.dataset.empty() ? DatasetName(first.path) : first.dataset;
    }
    if (!page.link.empty() && page.after == kNone) {
      Report(fmt::format("the next page of this answer, {}, is not among the inputs",
                         BaseOf(page.link)),
             "give all pages, or the folder that they are in", &input);
    }
    if (page.before == kNone && page.number > 1 &&
        std::none_of(pages.begin(), pages.end(), [&page](const Page& other) {
          return other.stem == page.stem && other.number < page.number && other.link.empty();
        })) {
      Report(fmt::format("this is page {}, and the pages before it are not among the inputs",
                         page.number),
             "give all pages, or the folder that they are in", &input);
    }
    sources.emplace_back(pages[i].input, page.input);
  }
  std::vector<Input> taken;
  for (const auto& [place, from] : sources) taken.push_back(std::move((*inputs)[from]));
  for (size_t i = 0; i < sources.size(); ++i) (*inputs)[sources[i].first] = std::move(taken[i]);
}

}  // namespace puente::pipeline
