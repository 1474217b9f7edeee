// Recognising a table file by its first bytes and its first line.
#include "preparation/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "preparation/byte_stream.h"
#include "preparation/text_rows.h"
#include "process/error.h"
#include "table_text/header.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

std::string first_bytes(const fs::path& path) {
  if (fs::is_directory(path)) throw UserError(fmt::format("{} is a folder, not a file", path.string()));
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw UserError(fmt::format("{} cannot be read: {}", path.string(), std::strerror(errno)));
  std::array<char, 4> bytes{};
  stream.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(stream.gcount())};
}

/// The beginning of a text file; enough for any header that is one.
struct Beginning {
  std::string text;
  bool whole = false;  ///< the file has no more
};

Beginning beginning_of(const TableFile& file) {
  Beginning beginning{std::string(1 << 18, '\0')};
  const std::size_t size = ByteStream(file.path).read(beginning.text.data(), beginning.text.size());
  beginning.whole = size < beginning.text.size();
  beginning.text.resize(size);
  return beginning;
}

/// The first line that is not empty.
std::string first_line(const TableFile& file, const Beginning& beginning) {
  std::string_view text = beginning.text;
  text.remove_prefix(byte_order_mark(text));
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  text = text.substr(0, text.find_first_of("\r\n"));
  if (text.empty()) throw UserError(fmt::format("{} is empty", file.path.string()));
  if (text.find('\0') != std::string_view::npos)
    throw UserError(fmt::format("{} is neither text nor Parquet", file.path.string()));
  return std::string(text);
}

std::size_t occurrences(const std::string& text, const std::string& of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string::npos; at = text.find(of, at + of.size())) ++count;
  return count;
}

/// The separator that occurs most; "::" holds no other one.
std::string delimiter_of(const std::string& line) {
  if (line.find("::") != std::string::npos) return "::";
  std::string best = ",";
  for (const std::string candidate : {"\t", ";", "|"})
    if (occurrences(line, candidate) > occurrences(line, best)) best = candidate;
  return best;
}

void describe_parquet(Database& database, TableFile& file) {
  try {
    Rows rows =
        database.stream(fmt::format("DESCRIBE SELECT * FROM {}", parquet_relation(file)));
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) {
        file.columns.emplace_back(rows.text(0, row));
        file.types.emplace_back(rows.text(1, row));
      }
  } catch (const SqlError&) {
    throw UserError(fmt::format("{} begins like a Parquet file but is damaged", file.path.string()));
  }
}

}  // namespace

std::size_t TableFile::number_of(const std::string& column) const {
  return static_cast<std::size_t>(std::ranges::find(columns, column) - columns.begin());
}

bool TableFile::has(const std::string& column) const { return std::ranges::find(columns, column) != columns.end(); }

TableFile inspect_table(Database& database, const fs::path& path, bool quoted) {
  TableFile file;
  file.path = path;
  const std::string begin = first_bytes(path);
  if (begin.empty()) throw UserError(fmt::format("{} is empty", path.string()));
  if (begin == "PAR1") {
    file.parquet = true;
    describe_parquet(database, file);
    return file;
  }
  file.gzip = begin.starts_with("\x1f\x8b");
  const Beginning text = beginning_of(file);
  file.delimiter = delimiter_of(first_line(file, text));
  const RowFormat format{.delimiter = file.delimiter, .quoted = quoted};
  auto header = read_header(format, text.text, text.whole);
  if (!header) header = read_header(format, text.text, true);  // kilobytes without an end: no names that anybody asks for
  if (header) file.columns = std::move(header->fields);
  if (file.columns.empty()) throw UserError(fmt::format("{} has no first line that is one", path.string()));
  file.quoted = quoted;
  file.last_unnamed = file.columns.size() > 1 && file.columns.back().empty();
  return file;
}

std::string sql_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

RowFormat row_format(const TableFile& file) {
  return {file.delimiter, file.quoted, file.columns.size(), file.last_unnamed && file.header};
}

std::string parquet_relation(const TableFile& file) {
  return fmt::format("read_parquet({}, hive_partitioning = false)", sql_path(file.path));
}

std::string sql_column(const TableFile& file, const std::string& column) {
  if (file.parquet) return sql_name(column);
  return text_column(file.number_of(column));
}

}  // namespace encore
