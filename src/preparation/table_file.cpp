// Recognising tables by their first bytes and lines; several files are one table when they look alike.
#include "preparation/table_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "preparation/byte_stream.h"
#include "preparation/text_rows.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

/// The beginning of a text file; enough for any header that is one.
struct Beginning {
  std::string text;
  bool whole = false;  ///< the file has no more
};

Beginning beginning_of(const FilePlace& place) {
  Beginning beginning{std::string(1 << 18, '\0')};
  const std::size_t size = ByteStream(place).read(beginning.text.data(), beginning.text.size());
  beginning.whole = size < beginning.text.size();
  beginning.text.resize(size);
  return beginning;
}

void describe_parquet(Database& database, TableFile& file) {
  try {
    Rows rows = database.stream(fmt::format("DESCRIBE SELECT * FROM {}", parquet_relation(file)));
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) {
        file.columns.emplace_back(rows.text(0, row));
        file.types.emplace_back(rows.text(1, row));
      }
  } catch (const SqlError& error) {
    if (file.parts.size() == 1) throw UserError(fmt::format("{} begins like a Parquet file but is damaged", file.path.string()));
    const std::string_view text = error.what();
    throw UserError(fmt::format("the files of {} are no table together: {}", file.path.string(), text.substr(0, text.find('\n'))));
  }
}

const char* shape_name(JsonShape shape) {
  return shape == JsonShape::object ? "STRUCT" : shape == JsonShape::list ? "VARCHAR[]" : "VARCHAR";
}

void describe_text(TableFile& file, const FilePlace& place, const Reading& reading) {
  const auto [text, whole] = beginning_of(place);
  if (text.starts_with("PAR1"))
    throw UserError(fmt::format("{} is a Parquet file that is packed once more; unpack it first", place.path.string()));
  TableBeginning look = look_at_table(text, whole, reading.quoted, reading.films);
  if (!look.problem.empty()) throw UserError(fmt::format("{} {}", place.path.string(), look.problem));
  file.layout = look.layout, file.delimiter = look.delimiter, file.quoted = look.quoted;
  file.last_unnamed = look.last_unnamed;
  file.columns = std::move(look.columns);
  for (const JsonShape shape : look.shapes) file.types.emplace_back(shape_name(shape));
}

TableFile look_at(const FilePlace& place, const Reading& reading) {
  TableFile file;
  file.path = place.path;
  file.parts = {{place}};
  file.parquet = place.packing == Packing::none && raw_beginning(place, 4) == "PAR1";
  if (!file.parquet) describe_text(file, place, reading);
  return file;
}

/// Without a line of names only their number can be compared.
bool have_alike_columns(const TableFile& file, const TableFile& part, bool header) {
  const auto is_data = [](const TableFile& one) {
    const std::string& first = one.columns.front();
    return !first.empty() && first.find_first_not_of("0123456789") == std::string::npos;
  };
  if (file.parquet || file.layout == Layout::json_lines || file.columns == part.columns) return true;
  return file.columns.size() == part.columns.size() && (!header || (is_data(file) && is_data(part)));
}

void require_alike(const TableFile& file, const TableFile& part, bool header) {
  const bool columns = file.parquet == part.parquet && have_alike_columns(file, part, header);
  if (file.parquet == part.parquet && file.layout == part.layout && file.delimiter == part.delimiter && columns) return;
  throw UserError(fmt::format("{} and {} are no parts of one table: their columns or separators differ",
                              file.parts.front().place.path.string(), part.path.string()));
}

}  // namespace

std::size_t TableFile::number_of(const std::string& column) const {
  return static_cast<std::size_t>(std::ranges::find(columns, column) - columns.begin());
}

bool TableFile::has(const std::string& column) const { return std::ranges::find(columns, column) != columns.end(); }

TableFile inspect_table(Database& database, const fs::path& path, const Reading& reading) {
  return inspect_table(database, place_of(path, reading.spool_folder, reading.encoding), reading);
}

TableFile inspect_table(Database& database, const FilePlace& place, const Reading& reading) {
  FilePlace shown = place;
  if (!place.member.empty()) find_encoding(shown, reading.encoding);
  TableFile file = look_at(shown, reading);
  if (file.parquet) describe_parquet(database, file);
  return file;
}

TableFile inspect_parts(Database& database, const fs::path& path, const std::vector<TablePart>& parts,
                        const std::vector<std::string>& partition_columns, const Reading& reading) {
  TableFile file = look_at(parts.front().place, reading);
  for (const TablePart& part : parts) {
    const TableFile other = look_at(part.place, reading);
    require_alike(file, other, reading.header);
    for (std::size_t key = 0; key < other.columns.size(); ++key)  // JSON's keys need not be everywhere
      if (!file.parquet && !file.has(other.columns[key]) && file.layout == Layout::json_lines)
        file.columns.push_back(other.columns[key]), file.types.push_back(other.types[key]);
  }
  file.path = path;
  file.parts = parts;
  file.partition_columns = partition_columns;
  if (file.parquet) {
    describe_parquet(database, file);
    return file;
  }
  file.columns.insert(file.columns.end(), partition_columns.begin(), partition_columns.end());
  if (!file.types.empty()) file.types.insert(file.types.end(), partition_columns.size(), "VARCHAR");
  return file;
}

std::string sql_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

RowFormat row_format(const TableFile& file) {
  TableBeginning look;
  look.layout = file.layout, look.delimiter = file.delimiter, look.quoted = file.quoted, look.last_unnamed = file.last_unnamed;
  look.columns.assign(file.columns.begin(), file.columns.begin() + static_cast<std::ptrdiff_t>(file.fields()));
  return row_format(look, file.has_header_line());
}

std::string parquet_relation(const TableFile& file) {
  std::string list;
  for (const TablePart& part : file.parts) list += (list.empty() ? "" : ", ") + sql_path(part.place.opened);
  return fmt::format("read_parquet([{}], hive_partitioning = {})", list, file.partition_columns.empty() ? "false" : "true");
}

std::string sql_column(const TableFile& file, const std::string& column) {
  if (file.parquet) return sql_name(column);
  return text_column(file.number_of(column));
}

std::string name_of_part(const TableFile& file, std::size_t part) {
  const fs::path& path = file.parts[part].place.path;
  const fs::path within = path.lexically_relative(file.path);
  return within.empty() || within.string().starts_with("..") ? path.string() : within.string();
}

std::string place_of_line(const TableFile& file, std::int64_t line) {
  const auto part = static_cast<std::size_t>(line >> part_shift);
  const std::int64_t number = line & ((std::int64_t{1} << part_shift) - 1);
  if (file.parts.size() < 2 || part >= file.parts.size()) return fmt::format("line {}", number);
  return fmt::format("{}, line {}", name_of_part(file, part), number);
}

}  // namespace encore
