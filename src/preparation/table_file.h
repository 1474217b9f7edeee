// What a file of rows looks like, found out from its bytes, never from its name: Parquet or text, gzip or plain, its
// separator and its columns. Not what the columns mean (source.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>
#include "database/database.h"
#include "table_text/row_splitter.h"

namespace encore {

struct TableFile {
  std::filesystem::path path;
  bool parquet = false;
  bool gzip = false;
  bool latin1 = false;  ///< not UTF-8 (looked for only where titles are read)
  std::string delimiter = ",";
  bool quoted = true;  ///< whether double quotes enclose fields
  bool last_unnamed = false;  ///< the header ends in a delimiter, which the rows may lack
  bool header = true;
  std::vector<std::string> columns;  ///< as in the header, or what the format calls them
  std::vector<std::string> types;    ///< DuckDB's names, one a column; text: empty

  bool has(const std::string& column) const;
  /// Its place among the columns; their number when it is none of them.
  std::size_t number_of(const std::string& column) const;
};

/// Looks at the beginning of a file. Text without a header keeps its first line's fields in `columns` until somebody
/// who knows the format names them. `quoted`: double quotes may enclose fields. Throws UserError when the file is
/// missing, unreadable, empty or binary.
TableFile inspect_table(Database& database, const std::filesystem::path& path, bool quoted = true);

/// How its rows are written.
RowFormat row_format(const TableFile& file);

/// The DuckDB relation that reads a Parquet file, columns as they are.
std::string parquet_relation(const TableFile& file);

/// A column in a relation of this file: its own name in Parquet, its number in text (text_rows.h).
std::string sql_column(const TableFile& file, const std::string& column);

/// `name` as a quoted SQL name.
std::string sql_name(const std::string& name);

}  // namespace encore
