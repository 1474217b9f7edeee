// How row sources are known to DuckDB, for database.cpp; others take Database::add_rows.
#pragma once
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include "database/row_source.h"
#include "duckdb.h"

namespace encore {

/// What a source has thrown in one of DuckDB's threads, until the statement that asked for the rows ends.
class SourceFailure {
 public:
  void keep(std::exception_ptr thrown) {
    const std::lock_guard lock(mutex_);
    if (!thrown_) thrown_ = std::move(thrown);
  }
  void rethrow() {
    std::exception_ptr thrown;
    {
      const std::lock_guard lock(mutex_);
      std::swap(thrown, thrown_);
    }
    if (thrown) std::rethrow_exception(thrown);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr thrown_;
};

struct RegisteredSource {
  std::shared_ptr<RowSource> source;
  std::shared_ptr<SourceFailure> failure;
};

/// `registered` must outlive the connection's database.
void register_source(duckdb_connection connection, const std::string& name, RegisteredSource& registered);

}  // namespace encore
