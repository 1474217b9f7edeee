// One table of a dataset or model folder: a .parquet file, or a folder of parts as Spark writes them. Knows no table's
// meaning.
#pragma once
#include <filesystem>
#include <string>
#include <vector>
#include "database/database.h"

namespace encore {

struct ParquetColumn {
  std::string name;
  std::vector<std::string> types;  ///< DuckDB's names of the types that it may have
};

class ParquetTable {
 public:
  /// Throws UserError naming the file when it is missing, damaged, or lacks a column or has one of another type.
  ParquetTable(Database& database, std::filesystem::path path, const std::vector<ParquetColumn>& columns);
  /// `SELECT <expressions> FROM` this table, in the order of its rows (parts in order of their names).
  /// With a condition only the rows where it holds; its `?` stand for `values`.
  Rows read(const std::string& expressions, const std::string& condition = {},
            const std::vector<SqlValue>& values = {});
  /// Moves to the next chunk; a damaged page becomes a UserError.
  bool next(Rows& rows) const;
  bool has(const std::string& column) const;
  /// DuckDB's name of the column's type.
  const std::string& type_of(const std::string& column) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  Database& database_;
  std::filesystem::path path_;
  std::string relation_;
  std::vector<std::pair<std::string, std::string>> types_;
};

}  // namespace encore
