// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Reading: records, batches, pages that hold together, history, streams that resume, filters.

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

#include "services/store/resource_name.h"
#include "tests/services/exchange_fixture.h"

namespace puente::exchange {
namespace {

using testing::ElementsAre;

class ReadTest : public ExchangeTest {
 protected:
  std::vector<std::string> Fill(int count, const std::string& id = "fill", size_t size = 2) {
    std::vector<std::string> records;
    for (int i = 0; i < count; ++i) {
      records.push_back(MakeRecord("R" + std::to_string(i), std::string(size, 'a')));
    }
    EXPECT_EQ(
        Told(Push("d", records, id, v1::PUSH_MODE_UPSERT, false, size > 100'000 ? 1 : 100).status),
        "OK");
    return records;
  }

  std::string Get(const std::string& name, int64_t generation, v1::StoredRecord* record) {
    v1::GetRecordRequest request;
    request.set_name(name);
    request.set_generation(generation);
    v1::GetRecordResponse response;
    const auto context = Context(reader_);
    const grpc::Status status = records_->GetRecord(context.get(), request, &response);
    *record = response.record();
    return Told(status);
  }
};

TEST_F(ReadTest, GenerationsAreKept) {
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "en")}, "g1").status), "OK");
  ASSERT_EQ(Told(Push("d", {MakeRecord("A", "es")}, "g2").status), "OK");
  const std::string name = "agencies/acme/datasets/d/records/A";
  v1::DeleteRecordRequest remove;
  remove.set_name(name);
  remove.set_reason("withdrawn");
  remove.set_if_generation(1);
  v1::DeleteRecordResponse removed;
  auto context = Context(acme_);
  EXPECT_EQ(Told(records_->DeleteRecord(context.get(), remove, &removed)),
            "10 GENERATION_CONFLICT");
  remove.set_if_generation(2);
  context = Context(acme_);
  ASSERT_EQ(Told(records_->DeleteRecord(context.get(), remove, &removed)), "OK");
  EXPECT_EQ(removed.record().generation(), 3);
  EXPECT_TRUE(removed.record().deleted());

  v1::StoredRecord record;
  EXPECT_EQ(Get(name, 0, &record), "5 RECORD_DELETED");
  EXPECT_EQ(Get(name, 1, &record), "OK");
  EXPECT_EQ(record.record(), MakeRecord("A", "en"));
  EXPECT_EQ(record.digest(), DigestBytes(MakeRecord("A", "en")));
  EXPECT_EQ(Get(name, 2, &record), "OK");
  EXPECT_EQ(record.record(), MakeRecord("A", "es"));
  EXPECT_EQ(Get(name, 3, &record), "OK");
  EXPECT_TRUE(record.deleted());
  EXPECT_FALSE(record.has_record());
  EXPECT_EQ(Get(name, 4, &record), "5 GENERATION_NOT_FOUND");
  EXPECT_EQ(Get(name + "B", 0, &record), "5 RECORD_NOT_FOUND");
  EXPECT_EQ(Get("agencies/nobody/datasets/d/records/A", 0, &record), "5 RECORD_NOT_FOUND");
  EXPECT_EQ(Get("agencies/acme/datasets/none/records/A", 0, &record), "5 RECORD_NOT_FOUND");
  EXPECT_EQ(Get("agencies/acme/records/A", 0, &record), "3 NAME_INVALID");
  EXPECT_EQ(Get(name, -1, &record), "3 ARGUMENT_INVALID");

  v1::ListGenerationsRequest list;
  list.set_name(name);
  list.set_page_size(2);
  v1::ListGenerationsResponse page;
  context = Context(reader_);
  ASSERT_EQ(Told(records_->ListGenerations(context.get(), list, &page)), "OK");
  ASSERT_EQ(page.generations_size(), 2);
  EXPECT_EQ(page.generations(0).generation(), 3);
  EXPECT_TRUE(page.generations(0).deleted());
  list.set_page_token(page.next_page_token());
  context = Context(reader_);
  page.Clear();
  ASSERT_EQ(Told(records_->ListGenerations(context.get(), list, &page)), "OK");
  ASSERT_EQ(page.generations_size(), 1);
  EXPECT_EQ(page.generations(0).generation(), 1);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(ReadTest, BatchesAreAllOrNothing) {
  Fill(3);
  v1::BatchGetRecordsRequest request;
  request.add_names("agencies/acme/datasets/d/records/R2");
  request.add_names("agencies/acme/datasets/d/records/R0");
  v1::BatchGetRecordsResponse response;
  auto context = Context(reader_);
  ASSERT_EQ(Told(records_->BatchGetRecords(context.get(), request, &response)), "OK");
  ASSERT_EQ(response.records_size(), 2);
  EXPECT_EQ(response.records(0).name(), request.names(0));
  request.add_names("agencies/acme/datasets/d/records/R9");
  context = Context(reader_);
  EXPECT_EQ(Told(records_->BatchGetRecords(context.get(), request, &response)),
            "5 RECORD_NOT_FOUND");
  request.clear_names();
  context = Context(reader_);
  EXPECT_EQ(Told(records_->BatchGetRecords(context.get(), request, &response)),
            "3 ARGUMENT_INVALID");
  for (int i = 0; i < 101; ++i) request.add_names("agencies/acme/datasets/d/records/R0");
  context = Context(reader_);
  EXPECT_EQ(Told(records_->BatchGetRecords(context.get(), request, &response)),
            "3 ARGUMENT_INVALID");
  request.mutable_names()->RemoveLast();
  context = Context(reader_);
  EXPECT_EQ(Told(records_->BatchGetRecords(context.get(), request, &response)), "OK");
}

TEST_F(ReadTest, PagesShowOneMoment) {
  Fill(25);
  v1::ListRecordsRequest request;
  request.set_parent("agencies/acme/datasets/d");
  request.set_page_size(10);
  std::vector<std::string> names;
  for (int page = 0; page < 10; ++page) {
    v1::ListRecordsResponse response;
    const auto context = Context(reader_);
    ASSERT_EQ(Told(records_->ListRecords(context.get(), request, &response)), "OK");
    for (const auto& record : response.records()) {
      names.push_back(record.name());
      EXPECT_EQ(record.digest().size(), 32U);
      EXPECT_FALSE(record.has_record());
    }
    // Between the pages records come, go and change.
    ASSERT_EQ(Told(Push("d",
                        {MakeRecord("new" + std::to_string(page), "en"),
                         MakeRecord("R20", std::to_string(page))},
                        "between" + std::to_string(page))
                       .status),
              "OK");
    if (page == 0) {
      v1::DeleteRecordRequest remove;
      remove.set_name("agencies/acme/datasets/d/records/R15");
      v1::DeleteRecordResponse removed;
      const auto acme = Context(acme_);
      ASSERT_EQ(Told(records_->DeleteRecord(acme.get(), remove, &removed)), "OK");
    }
    request.set_page_token(response.next_page_token());
    if (response.next_page_token().empty()) break;
  }
  ASSERT_EQ(names.size(), 25U);
  for (int i = 0; i < 25; ++i) {
    EXPECT_EQ(names[static_cast<size_t>(i)],
              "agencies/acme/datasets/d/records/R" + std::to_string(i));
  }
}

TEST_F(ReadTest, PageTokensAreSealed) {
  Fill(5);
  v1::ListRecordsRequest request;
  request.set_parent("agencies/acme/datasets/d");
  request.set_page_size(2);
  v1::ListRecordsResponse response;
  const auto list = [&] {
    const auto context = Context(reader_);
    return Told(records_->ListRecords(context.get(), request, &response));
  };
  ASSERT_EQ(list(), "OK");
  const std::string token = response.next_page_token();
  request.set_page_token(token.substr(0, token.size() - 1) + (token.back() == 'A' ? "B" : "A"));
  EXPECT_EQ(list(), "3 PAGE_TOKEN_INVALID");
  request.set_page_token("%%%");
  EXPECT_EQ(list(), "3 PAGE_TOKEN_INVALID");
  request.set_page_token(token);
  request.set_parent("agencies/acme/datasets/-");
  EXPECT_EQ(list(), "3 PAGE_TOKEN_INVALID");
  request.set_parent("agencies/acme/datasets/d");
  request.set_filter("lang = en");
  EXPECT_EQ(list(), "3 PAGE_TOKEN_INVALID");
  request.clear_filter();
  request.set_page_size(-1);
  EXPECT_EQ(list(), "3 ARGUMENT_INVALID");
  request.set_page_size(3);
  EXPECT_EQ(list(), "OK");
  // A token of another kind is none.
  v1::StreamRecordsRequest stream;
  stream.set_parent("agencies/acme/datasets/d");
  stream.set_resume_token(token);
  const auto context = Context(reader_);
  EXPECT_EQ(Told(records_->StreamRecords(context.get(), stream)->Finish()),
            "3 RESUME_TOKEN_INVALID");
}

TEST_F(ReadTest, PagesEndAtTwoMebibytes) {
  const std::vector<std::string> records = Fill(9, "large", 500'000);
  v1::ListRecordsRequest request;
  request.set_parent("agencies/acme/datasets/d");
  request.set_view(v1::RECORD_VIEW_FULL);
  std::vector<std::string> got;
  int pages = 0;
  do {
    v1::ListRecordsResponse response;
    const auto context = Context(reader_);
    ASSERT_EQ(Told(records_->ListRecords(context.get(), request, &response)), "OK");
    EXPECT_LE(response.ByteSizeLong(), (size_t{2} << 20) + 100'000);
    for (const auto& record : response.records()) got.push_back(record.record());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 20);
  EXPECT_EQ(got, records);
  EXPECT_EQ(pages, 3);
}

TEST_F(ReadTest, FiltersChoose) {
  ASSERT_EQ(Told(Push("d",
                      {MakeHeader("2.03"), MakeRecord("A", "en"), MakeRecord("B", "es"),
                       MakeRecord("C", "en")},
                      "f")
                     .status),
            "OK");
  v1::StreamRecordsRequest request;
  request.set_parent("agencies/acme/datasets/d");
  request.set_filter("lang = en");
  const auto context = Context(reader_);
  const auto stream = records_->StreamRecords(context.get(), request);
  v1::StreamRecordsResponse response;
  std::vector<std::string> names;
  while (stream->Read(&response)) {
    for (const auto& record : response.records()) names.push_back(record.name());
  }
  EXPECT_EQ(Told(stream->Finish()), "OK");
  EXPECT_THAT(names,
              ElementsAre("agencies/acme/datasets/d/header", "agencies/acme/datasets/d/records/A",
                          "agencies/acme/datasets/d/records/C"));
  request.set_filter("lang = ");
  const auto bad_context = Context(reader_);
  const grpc::Status bad = records_->StreamRecords(bad_context.get(), request)->Finish();
  EXPECT_EQ(Told(bad), "3 FILTER_INVALID");
  EXPECT_EQ(InfoOf(bad).metadata().count("column"), 1U);
}

TEST_F(ReadTest, StreamsResumeAtTheSameMoment) {
  const std::vector<std::string> records = Fill(400, "stream", 3000);
  v1::StreamRecordsRequest request;
  request.set_parent("agencies/-/datasets/-");
  std::vector<std::string> got;
  bool complete = false;
  int streams = 0;
  while (!complete && streams < 100) {
    ++streams;
    const auto context = Context(reader_);
    const auto stream = records_->StreamRecords(context.get(), request);
    v1::StreamRecordsResponse response;
    // A cut after three messages; then something changes.
    for (int i = 0; i < 3 && stream->Read(&response); ++i) {
      for (const auto& record : response.records()) got.push_back(record.record());
      if (!response.resume_token().empty()) request.set_resume_token(response.resume_token());
      complete = complete || response.complete();
    }
    context->TryCancel();
    (void)stream->Finish();
    ASSERT_EQ(Told(Push("d",
                        {MakeRecord("R" + std::to_string(399 - streams), "changed"),
                         MakeRecord("new" + std::to_string(streams), "en")},
                        "cut" + std::to_string(streams))
                       .status),
              "OK");
  }
  EXPECT_GT(streams, 3);
  EXPECT_EQ(got, records);
}

TEST_F(ReadTest, DatasetsAreListed) {
  for (const char* name : {"b", "a", "c%20x"}) {
    ASSERT_EQ(Told(Push(name, {MakeHeader("2.03"), MakeRecord("A", "en")}, name).status), "OK");
  }
  v1::ListDatasetsRequest request;
  request.set_parent("agencies/acme");
  request.set_page_size(2);
  std::vector<std::string> names;
  do {
    v1::ListDatasetsResponse response;
    const auto context = Context(reader_);
    ASSERT_EQ(Told(datasets_->ListDatasets(context.get(), request, &response)), "OK");
    for (const auto& dataset : response.datasets()) {
      names.push_back(dataset.name());
      EXPECT_EQ(dataset.record_count(), 1);
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(names, ElementsAre("agencies/acme/datasets/a", "agencies/acme/datasets/b",
                                 "agencies/acme/datasets/c%20x"));
  v1::GetDatasetRequest get;
  get.set_name("agencies/acme/datasets/none");
  v1::GetDatasetResponse dataset;
  auto context = Context(reader_);
  EXPECT_EQ(Told(datasets_->GetDataset(context.get(), get, &dataset)), "5 DATASET_NOT_FOUND");
  // Without plugins the services of files say so.
  v1::ExportDatasetRequest export_request;
  export_request.set_name("agencies/acme/datasets/a");
  context = Context(reader_);
  EXPECT_EQ(Told(datasets_->ExportDataset(context.get(), export_request)->Finish()),
            "5 FORMAT_NOT_FOUND");
}

}  // namespace
}  // namespace puente::exchange
