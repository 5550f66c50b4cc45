// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// DatasetService: datasets, and files in and out of them.

#include "services/exchange/dataset_service.h"

#include <optional>
#include <string>

#include "services/exchange/call.h"
#include "services/exchange/file_reactors.h"
#include "services/exchange/paging.h"
#include "services/exchange/wire.h"
#include "services/store/resource_name.h"

namespace puente::exchange {

grpc::ServerUnaryReactor* DatasetService::GetDataset(grpc::CallbackServerContext* context,
                                                     const v1::GetDatasetRequest* request,
                                                     v1::GetDatasetResponse* response) {
  return RunUnary(
      env_, context, "/puente.exchange.v1.DatasetService/GetDataset",
      [this, request, response](const Caller& caller) -> absl::Status {
        auto name = store::ParseDatasetName(request->name());
        if (!name.ok()) return name.status();
        const absl::Status may = env_->authorizer.MayRead(caller, {name->agency, name->dataset});
        if (!may.ok()) return may;
        auto dataset = env_->store->GetDataset(*name);
        if (!dataset.ok()) return dataset.status();
        FillDataset(*dataset, response->mutable_dataset());
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DatasetService::ListDatasets(grpc::CallbackServerContext* context,
                                                       const v1::ListDatasetsRequest* request,
                                                       v1::ListDatasetsResponse* response) {
  return RunUnary(
      env_, context, "/puente.exchange.v1.DatasetService/ListDatasets",
      [this, request, response](const Caller& caller) -> absl::Status {
        std::string agency;
        if (request->parent() != "agencies/-") {
          auto name = store::ParseAgencyName(request->parent());
          if (!name.ok()) return name.status();
          agency = *name;
          auto known = env_->store->GetAgency(agency);
          if (!known.ok()) return known.status();
        }
        const absl::Status may = env_->authorizer.MayRead(caller, {agency, ""});
        if (!may.ok()) return may;
        auto page_size = PageSize(request->page_size());
        if (!page_size.ok()) return page_size.status();
        const std::string key = RequestKey({request->parent()});
        std::optional<store::DatasetKey> after;
        if (!request->page_token().empty()) {
          auto token = env_->sealer.Open(TokenKind::kDatasets, key, request->page_token());
          if (!token.ok()) return token.status();
          if (token->cursor.has_value()) after = token->cursor->dataset;
        }
        auto datasets = env_->store->ListDatasets(agency, after, *page_size);
        if (!datasets.ok()) return datasets.status();
        for (const store::Dataset& dataset : *datasets) {
          FillDataset(dataset, response->add_datasets());
        }
        if (response->datasets_size() == *page_size) {
          response->set_next_page_token(env_->sealer.Seal(
              TokenKind::kDatasets, key, {{}, store::ScanCursor{datasets->back().key, 0}}));
        }
        return absl::OkStatus();
      });
}

grpc::ServerReadReactor<v1::ImportDatasetRequest>* DatasetService::ImportDataset(
    grpc::CallbackServerContext* context, v1::ImportDatasetResponse* response) {
  return MakeImportReactor(env_, context, response);
}

grpc::ServerWriteReactor<v1::ExportDatasetResponse>* DatasetService::ExportDataset(
    grpc::CallbackServerContext* context, const v1::ExportDatasetRequest* request) {
  return MakeExportReactor(env_, context, request);
}

}  // namespace puente::exchange
