// The expression is checked before it is run; see database/expression.h.
#include "recommendation/catalogue_filter.h"
#include <fmt/format.h>
#include "database/database.h"
#include "database/expression.h"
#include "process/error.h"

namespace encore {

std::vector<std::uint8_t> films_where(const std::filesystem::path& items_parquet, const std::string& expression,
                                      bool numeric_ids, const std::string& option) {
  Database database({.threads = 1});
  require_expression(database, expression,
                     {{"movieId", numeric_ids ? "BIGINT" : "VARCHAR"},
                      {"title", "VARCHAR"},
                      {"year", "INTEGER"},
                      {"genres", "VARCHAR"},
                      {"ratings", "BIGINT"}},
                     option);
  std::vector<std::uint8_t> chosen;
  try {
    Rows rows = database.stream(
        fmt::format("SELECT coalesce(CAST((\n{}\n) AS BOOLEAN), false) FROM (SELECT item, movieId, title, year, "
                    "genres, ratings FROM read_parquet({}, hive_partitioning = false)) ORDER BY item",
                    expression, sql_path(items_parquet)));
    while (rows.next()) {
      for (std::size_t row = 0; row < rows.size(); ++row) chosen.push_back(rows.boolean(0, row));
    }
  } catch (const SqlError& error) {
    throw UserError(fmt::format("{}: {}", option, error.what()));
  }
  return chosen;
}

}  // namespace encore
