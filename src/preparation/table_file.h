// What a table of rows looks like, found out from its bytes, never from its name: Parquet or text, its separator and its
// columns. It may lie in one file or in many parts. Not what the columns mean (source.h).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>
#include "database/database.h"
#include "preparation/file_place.h"
#include "table_text/beginning.h"
#include "table_text/row_splitter.h"

namespace encore {

/// A file of a table, and what the folders it lies in say (`country=DE`), one value for each column of partitions.
struct TablePart {
  FilePlace place;
  std::vector<std::string> partition = {};
};

struct TableFile {
  std::filesystem::path path;  ///< as its user knows it: a file, or the folder of the parts
  std::vector<TablePart> parts;
  bool parquet = false;
  Layout layout = Layout::delimited;
  std::string delimiter = ",";
  bool quoted = true;  ///< whether double quotes enclose fields
  bool last_unnamed = false;  ///< the header ends in a delimiter, which the rows may lack
  bool header = true;         ///< whether columns have names of their own, in text by the first line
  std::vector<std::string> columns;  ///< as in the header, or what the format calls them; then those of partitions
  std::vector<std::string> types;    ///< DuckDB's names, one a column; text: empty; JSON: what was seen
  std::vector<std::string> partition_columns;

  bool has(const std::string& column) const;
  /// Its place among the columns; their number when it is none of them.
  std::size_t number_of(const std::string& column) const;
  /// Of the columns that the rows themselves have.
  std::size_t fields() const { return columns.size() - partition_columns.size(); }
  /// Whether the first line of each file is one of names.
  bool has_header_line() const { return header && !parquet && layout == Layout::delimited; }
};

/// How files are to be looked at.
struct Reading {
  bool quoted = true;                              ///< double quotes may enclose fields
  bool header = true;                              ///< the first line may be one of names
  std::optional<Encoding> encoding = std::nullopt;  ///< of text; nothing: UTF-8, or UTF-16 where it shows
  bool films = false;                               ///< it may be Netflix' table of films
  std::filesystem::path spool_folder = std::filesystem::temp_directory_path();  ///< for what comes through pipes
};

/// Looks at the beginning of a file. Text without a header keeps its first line's fields in `columns` until somebody
/// who knows the format names them. Throws UserError when the file is missing, unreadable, empty or no table.
TableFile inspect_table(Database& database, const std::filesystem::path& path, const Reading& reading = {});
TableFile inspect_table(Database& database, const FilePlace& place, const Reading& reading);

/// Looks at the beginning of every part. `path`: what they are called together. Throws UserError when one of them is no table or has
/// other columns than the first.
TableFile inspect_parts(Database& database, const std::filesystem::path& path, const std::vector<TablePart>& parts,
                        const std::vector<std::string>& partition_columns, const Reading& reading);

/// How the rows of its files are written.
RowFormat row_format(const TableFile& file);

/// The DuckDB relation that reads Parquet files, columns as they are.
std::string parquet_relation(const TableFile& file);

/// A column in a relation of this file: its own name in Parquet, its number in text (text_rows.h).
std::string sql_column(const TableFile& file, const std::string& column);

/// `name` as a quoted SQL name.
std::string sql_name(const std::string& name);

/// Lines of a table of several files are numbered apart: the number of the part stands above the line's. (Of one file it is 0.)
inline constexpr int part_shift = 40;
/// What a part is called beside the others.
std::string name_of_part(const TableFile& file, std::size_t part);
/// "line 7", or "part-2.csv, line 7".
std::string place_of_line(const TableFile& file, std::int64_t line);

}  // namespace encore
