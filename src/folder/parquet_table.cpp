// Finding the parts of a table and checking its columns before a row is read.
#include "folder/parquet_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

std::string relation_of(const fs::path& path) {
  std::vector<fs::path> parts;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::directory_iterator(path))
      if (entry.path().extension() == ".parquet") parts.push_back(entry.path());
    std::ranges::sort(parts);
    if (parts.empty()) throw UserError(fmt::format("{} holds no .parquet file", path.string()));
  } else if (fs::exists(path)) {
    parts.push_back(path);
  } else {
    throw UserError(fmt::format("{}: there is no such file", path.string()));
  }
  for (const auto& part : parts)
    if (!std::ifstream(part, std::ios::binary))
      throw UserError(fmt::format("{} cannot be opened: {}", part.string(), std::strerror(errno)));
  std::string list;
  for (const auto& part : parts) list += (list.empty() ? "" : ", ") + sql_path(part);
  return fmt::format("read_parquet([{}], hive_partitioning = false)", list);
}

[[noreturn]] void damaged(const fs::path& path, const SqlError& error) {
  const std::string text = error.what();
  throw UserError(fmt::format("{} is damaged or no Parquet file ({})", path.string(), text.substr(0, text.find('\n'))));
}

}  // namespace

ParquetTable::ParquetTable(Database& database, fs::path path, const std::vector<ParquetColumn>& columns)
    : database_(database), path_(std::move(path)), relation_(relation_of(path_)) {
  try {
    Rows rows = database_.stream("DESCRIBE SELECT * FROM " + relation_);
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) types_.emplace_back(rows.text(0, row), rows.text(1, row));
  } catch (const SqlError& error) {
    damaged(path_, error);
  }
  for (const ParquetColumn& column : columns) {
    const std::string& type = type_of(column.name);
    if (std::ranges::find(column.types, type) == column.types.end())
      throw UserError(fmt::format("{}: the column '{}' has the type {}, but must have {}", path_.string(), column.name,
                                  type, fmt::join(column.types, " or ")));
  }
}

bool ParquetTable::has(const std::string& column) const {
  return std::ranges::find(types_, column, &std::pair<std::string, std::string>::first) != types_.end();
}

const std::string& ParquetTable::type_of(const std::string& column) const {
  const auto found = std::ranges::find(types_, column, &std::pair<std::string, std::string>::first);
  if (found == types_.end()) throw UserError(fmt::format("{} has no column '{}'", path_.string(), column));
  return found->second;
}

Rows ParquetTable::read(const std::string& expressions, const std::string& condition,
                        const std::vector<SqlValue>& values) {
  try {
    const std::string where = condition.empty() ? "" : " WHERE " + condition;
    return database_.stream(fmt::format("SELECT {} FROM {}{}", expressions, relation_, where), values);
  } catch (const SqlError& error) {
    damaged(path_, error);
  }
}

bool ParquetTable::next(Rows& rows) const {
  try {
    return rows.next();
  } catch (const SqlError& error) {
    damaged(path_, error);
  }
}

}  // namespace encore
