// Recognising a table file by its first bytes and its first line.
#include "preparation/table_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "preparation/byte_stream.h"
#include "process/error.h"

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

/// The first line that is not empty, without a byte order mark.
std::string first_line(const TableFile& file) {
  std::string text(1 << 16, '\0');
  text.resize(ByteStream(file.path).read(text.data(), text.size()));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  text.erase(0, std::min(text.find_first_not_of("\r\n"), text.size()));
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty()) throw UserError(fmt::format("{} is empty", file.path.string()));
  if (text.find('\0') != std::string::npos)
    throw UserError(fmt::format("{} is neither text nor Parquet", file.path.string()));
  return text;
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
        database.stream(fmt::format("DESCRIBE SELECT * FROM {}", table_relation(file)));
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

bool TableFile::has(const std::string& column) const { return std::ranges::find(columns, column) != columns.end(); }

std::vector<std::string> split_line(const std::string& line, const std::string& delimiter) {
  std::vector<std::string> fields(1);
  bool inside = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '"') {
      if (inside && at + 1 < line.size() && line[at + 1] == '"')
        fields.back() += line[++at];
      else
        inside = !inside;
    } else if (!inside && line.compare(at, delimiter.size(), delimiter) == 0) {
      fields.emplace_back();
      at += delimiter.size() - 1;
    } else if (line[at] != '\r') {
      fields.back() += line[at];
    }
  }
  return fields;
}

TableFile inspect_table(Database& database, const fs::path& path) {
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
  const std::string line = first_line(file);
  file.delimiter = delimiter_of(line);
  file.columns = split_line(line, file.delimiter);
  return file;
}

bool has_mixed_line_ends(const TableFile& file) {
  ByteStream stream(file.path);
  std::vector<char> buffer(1 << 18);
  bool with = false, without = false;
  char before = 0;
  while (const std::size_t size = stream.read(buffer.data(), buffer.size())) {
    const char *at = buffer.data(), *end = at + size;
    while (const auto* feed = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) {
      ((feed == buffer.data() ? before : feed[-1]) == '\r' ? with : without) = true;
      at = feed + 1;
    }
    before = end[-1];
  }
  return with && without;
}

std::string sql_name(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string table_relation(const TableFile& file, const std::string& more) {
  const std::string path = sql_path(file.path);
  if (file.parquet) return fmt::format("read_parquet({}, hive_partitioning = false)", path);
  std::string columns;
  for (std::size_t i = 0; i < file.columns.size(); ++i)
    columns += fmt::format("{}{}: '{}'", columns.empty() ? "" : ", ", sql_literal(file.columns[i]),
                           file.types.empty() ? "VARCHAR" : file.types[i]);
  const char* quote = file.quoted ? "\"" : "";
  return fmt::format(
      "read_csv({}, auto_detect=false, header={}, columns={{{}}}, delim={}, quote='{}', escape='{}', nullstr='', "
      "compression='{}', encoding='{}'{})",
      path, file.header, columns, sql_literal(file.delimiter), quote, quote, file.gzip ? "gzip" : "none",
      file.latin1 ? "latin-1" : "utf-8", more);
}

}  // namespace encore
