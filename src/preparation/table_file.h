// What a file of rows looks like, found out from its bytes, never from its name: Parquet or text, gzip or plain, its
// separator and its columns. Not what the columns mean (source.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>
#include "database/database.h"

namespace encore {

struct TableFile {
  std::filesystem::path path;
  bool parquet = false;
  bool gzip = false;
  bool latin1 = false;  ///< not UTF-8 (looked for only where titles are read)
  std::string delimiter = ",";
  bool quoted = true;  ///< whether double quotes enclose fields
  bool header = true;
  std::vector<std::string> columns;  ///< as in the header, or what the format calls them
  std::vector<std::string> types;    ///< DuckDB's names, one a column; text: empty, unless its values were checked

  bool has(const std::string& column) const;
};

/// Looks at the beginning of a file. Text without a header keeps its first line's fields in `columns` until somebody
/// who knows the format names them. Throws UserError when the file is missing, unreadable, empty or binary.
TableFile inspect_table(Database& database, const std::filesystem::path& path);

/// Whether some lines end in \r\n and others in \n alone. Reads the whole file; throws UserError when it is a damaged
/// gzip file.
bool has_mixed_line_ends(const TableFile& file);

/// The fields of one line; double quotes may enclose them.
std::vector<std::string> split_line(const std::string& line, const std::string& delimiter);

/// The DuckDB relation that reads all columns of the file as text, or as `types` (Parquet: as they are). Names are
/// taken by position from `columns`. `more` is added to the options of a text file, e.g. ", ignore_errors=true".
std::string table_relation(const TableFile& file, const std::string& more = {});

/// `name` as a quoted SQL name.
std::string sql_name(const std::string& name);

}  // namespace encore
