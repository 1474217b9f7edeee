// Nothing else talks to DuckDB: open it within a memory limit, run statements, stream rows. No SQL of the pipeline stands
// here.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "database/query_plan.h"
#include "database/row_source.h"

namespace encore {

/// A bound parameter (`?` in the statement); text is never pasted into a statement.
using SqlValue = std::variant<std::nullptr_t, std::int64_t, double, std::string, bool>;

/// The rows of a running query, chunk by chunk (about 2,048 rows each), never the whole result. Columns are counted
/// from 0. A typed accessor asserts that the column has that type; `int64` and `int32` and `float32` views are DuckDB's
/// own memory, valid until the next `next()`.
class Rows {
 public:
  Rows(Rows&&) noexcept;
  ~Rows();
  /// Moves to the next chunk; false at the end. Throws SqlError when the query fails, DatabaseOutOfMemory, Interrupted
  /// on a signal.
  bool next();
  std::size_t size() const;  ///< rows in this chunk
  std::size_t columns() const;
  std::string column_name(std::size_t column) const;
  bool is_null(std::size_t column, std::size_t row) const;
  std::span<const std::int32_t> int32(std::size_t column) const;
  std::span<const std::int64_t> int64(std::size_t column) const;
  std::span<const float> float32(std::size_t column) const;
  std::span<const double> float64(std::size_t column) const;
  bool boolean(std::size_t column, std::size_t row) const;
  std::string_view text(std::size_t column, std::size_t row) const;
  bool is_text(std::size_t column) const;  ///< whether the column is text (source ids may be numbers or text)

 private:
  friend class Database;
  struct State;
  explicit Rows(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

struct DatabaseOptions {
  std::int64_t memory_bytes = 0;  ///< DuckDB's own limit; 0 = its default. It overshoots by 140 to 320 MB.
  int threads = 0;                ///< 0 = as many as the processor has
  std::filesystem::path temporary_directory = {};  ///< where it may spill; empty = nowhere
  bool profile = false;  ///< keep what each statement did for `last_plan`; costs a look at the clock an operator
};

/// An in-memory DuckDB without any extension loading or network access. Its library is loaded for the first of them
/// (duckdb_library.h).
class Database {
 public:
  explicit Database(const DatabaseOptions& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs a statement to its end and returns the number of changed or written rows. `on_progress` gets percentages
  /// (0–100) from time to time. Throws SqlError with DuckDB's text, DatabaseOutOfMemory, Interrupted on Ctrl-C.
  std::int64_t run(const std::string& sql, const std::vector<SqlValue>& values = {},
                   const std::function<void(double)>& on_progress = {});
  /// Starts a query whose rows stream. One at a time: drain or destroy it before the next statement.
  Rows stream(const std::string& sql, const std::vector<SqlValue>& values = {});
  /// The single number that a query answers, or nothing for NULL or no row.
  std::optional<std::int64_t> number(const std::string& sql, const std::vector<SqlValue>& values = {});
  /// From now on `name`() in a statement stands for the source's rows. What the source throws, the statement throws.
  void add_rows(const std::string& name, std::shared_ptr<RowSource> source);
  /// What the last statement of `run` did; nothing when the options do not ask for profiles.
  std::optional<PlanOperator> last_plan() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// DuckDB refused a statement. The caller says in the user's words what that means.
class SqlError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// DuckDB needed more memory. Not an SqlError: whoever reads files takes those for damage, and no file is at fault
/// here.
class DatabaseOutOfMemory : public std::bad_alloc {
 public:
  explicit DatabaseOutOfMemory(bool own_limit) : own_limit_(own_limit) {}
  const char* what() const noexcept override { return "the embedded database needs more memory than it may use"; }
  /// Whether DatabaseOptions::memory_bytes was reached; else the system refused memory.
  bool own_limit() const { return own_limit_; }

 private:
  bool own_limit_;
};

/// 'it''s' — a text as an SQL literal, for the places that take no parameter (file names in COPY).
std::string sql_literal(std::string_view text);

/// The one file of exactly this name as a literal for read_parquet and read_csv, which would take *, ? and [ in it for
/// a pattern, and a ~ in front for a home folder. Throws UserError for a path with a backslash and one of these.
std::string sql_path(const std::filesystem::path& file);

}  // namespace encore
