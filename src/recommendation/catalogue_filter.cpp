// The expression is checked before it is run; see database/expression.h.
#include "recommendation/catalogue_filter.h"
#include <array>
#include <fmt/format.h>
#include "database/database.h"
#include "database/expression.h"
#include "process/error.h"

namespace encore {

std::vector<std::uint8_t> films_where(const std::filesystem::path& items_parquet, const std::string& expression) {
  static constexpr std::array<std::string_view, 5> columns{"movieId", "title", "year", "genres", "ratings"};
  Database database({.threads = 1});
  check_expression(database, "--where", expression, columns);
  std::vector<std::uint8_t> chosen;
  try {
    Rows rows = database.stream(fmt::format("SELECT coalesce(CAST((\n{}\n) AS BOOLEAN), false) FROM (SELECT item, {} FROM read_parquet({})) "
                                            "ORDER BY item", expression, "movieId, title, year, genres, ratings",
                                            sql_literal(items_parquet.string())));
    while (rows.next()) {
      for (std::size_t row = 0; row < rows.size(); ++row) chosen.push_back(rows.boolean(0, row));
    }
  } catch (const SqlError& error) {
    throw UserError(fmt::format("--where: {}", error.what()));
  }
  return chosen;
}

}  // namespace encore
