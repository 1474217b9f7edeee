// A catalogue goes to Parquet by way of a quoted CSV text that DuckDB copies: one statement, whatever the number of
// films.
#include "folder/catalogue_file.h"
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include "database/database.h"
#include "folder/quoted_field.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

/// Removes the file when it goes out of scope.
struct Removed {
  std::filesystem::path file;
  ~Removed() {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
  }
};

void write_csv(const std::filesystem::path& file, const Catalogue& items) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (std::int32_t i = 0; i < items.size(); ++i) {
    const auto row = static_cast<std::size_t>(i);
    out << fmt::format("{},{},{},{},{},{},{},{},{}\n", i, quoted_field(items.id[row]), quoted_field(items.title[row]),
                       items.year[row] ? fmt::format("{}", *items.year[row]) : "", quoted_field(items.genres[row]),
                       items.ratings[row], items.training_ratings[row], items.is_added(i), items.is_retired(i));
  }
  out.flush();
  if (!out) throw cannot_write(file, errno);
}

}  // namespace

void write_catalogue(const std::filesystem::path& file, const Catalogue& items) {
  const Removed text{std::filesystem::path(file) += ".csv"};
  write_csv(text.file, items);
  Database database({.threads = 1});
  // Quotes decide: an empty title is "", a missing year is nothing at all.
  const std::string columns = fmt::format(
      "{{'item': 'INTEGER', 'movieId': '{}', 'title': 'VARCHAR', 'year': 'INTEGER', 'genres': 'VARCHAR', 'ratings': "
      "'BIGINT', "
      "'training_ratings': 'BIGINT', 'added': 'BOOLEAN', 'retired': 'BOOLEAN'}}",
      items.numeric_ids ? "BIGINT" : "VARCHAR");
  try {
    database.run(fmt::format(
        "COPY (SELECT item, movieId, coalesce(title, '') AS title, year, coalesce(genres, '') AS genres, ratings, "
        "training_ratings{}{} FROM read_csv({}, header = false, auto_detect = false, delim = ',', quote = '\"', "
        "escape = '\"', new_line = '\\n', parallel = false, columns = {}) ORDER BY item) TO {} (FORMAT parquet, "
        "USE_TMP_FILE false)",
        items.added.empty() ? "" : ", added", items.retired.empty() ? "" : ", retired", sql_path(text.file), columns,
        sql_literal(file.string())));
  } catch (const SqlError& error) {
    throw UserError(fmt::format("{} cannot be written: {}", final_names(file).string(), error.what()));
  }
}

}  // namespace encore
