// Rows that our own code makes, which DuckDB scans like a table's, with several threads. Not what makes them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace encore {

enum class ColumnType : std::uint8_t { text, boolean, int32, int64, float32, float64 };

struct SourceColumn {
  std::string name;
  ColumnType type = ColumnType::text;
};

/// A place for some rows, column by column: DuckDB's own memory. Columns are numbered as the scan was asked for them.
class RowSink {
 public:
  explicit RowSink(void* chunk);
  std::size_t capacity() const { return capacity_; }
  /// The column's values; T as the type says (bool, std::int32_t, …).
  template <class T>
  T* values(std::size_t column) const {
    return static_cast<T*>(data_[column]);
  }
  void set_null(std::size_t column, std::size_t row);
  /// The text must be UTF-8.
  void set_text(std::size_t column, std::size_t row, std::string_view text);

 private:
  std::size_t capacity_;
  std::vector<void*> vectors_, data_;
  std::vector<std::uint64_t*> validity_;
};

/// One thread's part of a scan.
class RowReader {
 public:
  virtual ~RowReader() = default;
  /// Fills up to `sink.capacity()` rows and returns how many; 0 when nothing is left. What it throws is what the statement
  /// throws.
  virtual std::size_t fill(RowSink& sink) = 0;
};

/// One scan, which several threads share.
class RowScan {
 public:
  virtual ~RowScan() = default;
  virtual std::unique_ptr<RowReader> reader() = 0;
};

class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual const std::vector<SourceColumn>& columns() const = 0;
  /// Begins a scan of all rows, with these of the columns.
  virtual std::shared_ptr<RowScan> scan(const std::vector<std::size_t>& wanted) = 0;
  /// How much of the running scan is done, in percent; negative when none runs. May be asked from any thread.
  virtual double percentage() const = 0;
};

}  // namespace encore
