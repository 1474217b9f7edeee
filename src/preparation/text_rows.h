// Text files as a relation of DuckDB's: every row and every line that is none. Values are the texts of the file.
#pragma once
#include <memory>
#include <mutex>
#include "database/row_source.h"
#include "preparation/table_file.h"

namespace encore {

/// The scan that runs, for whoever wants to know how far it is.
template <class Scan>
class Latest {
 public:
  std::shared_ptr<Scan> keep(std::shared_ptr<Scan> scan) {
    const std::lock_guard lock(mutex_);
    scan_ = scan;
    return scan;
  }
  std::shared_ptr<Scan> get() const {
    const std::lock_guard lock(mutex_);
    return scan_.lock();
  }

 private:
  mutable std::mutex mutex_;
  std::weak_ptr<Scan> scan_;
};

/// Columns: c0, c1, … (text; NULL where the field is empty or the line is no row), line (the one on which the row begins;
/// the header is line 1), malformed, and problem: why the line is no row, and the line itself; else NULL. Fields of the
/// columns `used` must be UTF-8. Lines are numbered as part_shift says it (table_file.h).
class TextRows : public RowSource {
 public:
  TextRows(TableFile file, std::vector<std::size_t> used);
  const std::vector<SourceColumn>& columns() const override { return columns_; }
  std::shared_ptr<RowScan> scan(const std::vector<std::size_t>& wanted) override;
  double percentage() const override;

 private:
  struct Scan;
  class Reader;
  TableFile file_;
  std::vector<std::size_t> used_;
  std::vector<SourceColumn> columns_;
  Latest<Scan> latest_;
};

/// Whether every byte of a text file belongs to UTF-8; true for Parquet. Reads it to its end.
bool has_only_utf8(const TableFile& file);

/// The name of a column in TextRows.
std::string text_column(std::size_t column);

}  // namespace encore
