// Copyright 2026 The Puente Authors
// SPDX-License-Identifier: Apache-2.0
// Connections that read, lent to one thread at a time.

#ifndef PUENTE_SERVICES_STORE_READ_POOL_H_
#define PUENTE_SERVICES_STORE_READ_POOL_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/store/sql.h"

namespace puente::store {

/// A few connections; who finds none waits. What was used last is lent first: its pages are warm.
class ReadPool {
 public:
  ReadPool(std::string path, int most) : path_(std::move(path)), most_(most) {}

  /// A connection in a transaction of its own: all that is read through it is of one moment.
  class Reader {
   public:
    Reader(Reader&& other) noexcept = default;
    ~Reader();
    Connection* operator->() const { return connection_.get(); }
    Connection* get() const { return connection_.get(); }

   private:
    friend class ReadPool;
    Reader(ReadPool* pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ReadPool* pool_;
    std::unique_ptr<Connection> connection_;
  };

  absl::StatusOr<Reader> Begin();

 private:
  void GiveBack(std::unique_ptr<Connection> connection);

  const std::string path_;
  const int most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  int lent_ = 0;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace puente::store

#endif  // PUENTE_SERVICES_STORE_READ_POOL_H_
