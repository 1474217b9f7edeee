// Three small queries: the user's number, its ratings, the catalogue.
#include "recommendation/dataset_user.h"
#include <fmt/format.h>
#include <optional>
#include "folder/dataset_folder.h"
#include "dataset/dataset_summary.h"
#include "folder/parquet_table.h"
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

/// The number of the user in the tables, with its fold.
std::int32_t find_user(ParquetTable& users, const std::string& user_id, const std::filesystem::path& folder,
                       Dataset& dataset) {
  dataset.users.numeric_ids = users.type_of("userId") != "VARCHAR";
  std::string wanted = user_id;
  if (const auto number = parse_whole_number(user_id); number && dataset.users.numeric_ids)
    wanted = std::to_string(*number);
  std::optional<std::int32_t> found;
  {
    Rows rows = users.read("user, fold", "CAST(userId AS VARCHAR) = ?", {wanted});
    while (users.next(rows)) {
      if (rows.size() == 0 || rows.is_null(0, 0) || rows.is_null(1, 0)) continue;
      found = rows.int32(0)[0];
      const std::string_view fold = rows.text(1, 0);
      dataset.users.fold = {fold == "test" ? Fold::test : fold == "validation" ? Fold::validation : Fold::train};
    }
  }
  if (found) {
    dataset.users.id = {wanted};
    return *found;
  }
  Rows range = users.read("coalesce(CAST(min(userId) AS VARCHAR), '-'), coalesce(CAST(max(userId) AS VARCHAR), '-')");
  users.next(range);
  throw UserError(fmt::format("{} has no user {}; its users have ids from {} to {}", folder.string(), user_id,
                              range.text(0, 0), range.text(1, 0)));
}

void read_ratings(ParquetTable& table, std::int32_t user, Dataset& dataset) {
  RatingMatrix& matrix = dataset.ratings;
  Rows rows = table.read("item, rating", "user = ?", {std::int64_t{user}});
  while (table.next(rows)) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const bool complete = !rows.is_null(0, row) && !rows.is_null(1, row);
      const std::int32_t item = complete ? rows.int32(0)[row] : -1;
      if (item < 0 || item >= dataset.items.size() || (!matrix.item.empty() && item <= matrix.item.back())) {
        throw UserError(fmt::format(
            "{}: the rows of user {} are not films of items.parquet in ascending order; prepare the ratings again",
            table.path().string(), dataset.users.id.front()));
      }
      matrix.item.push_back(item);
      matrix.rating.push_back(rows.float32(1)[row]);
    }
  }
  matrix.start.push_back(matrix.size());
}

}  // namespace

Dataset read_dataset_user(const std::filesystem::path& folder, const std::string& user_id) {
  const DatasetSummary summary = read_dataset_summary(folder);
  std::future<void> sums = dataset_checksums(folder);
  Dataset dataset;
  dataset.scale = summary.scale;
  dataset.seed = summary.seed;
  dataset.fingerprint = summary.fingerprint;
  Database database;
  ParquetTable users(database, folder / "users.parquet",
                     {{"user", {"INTEGER"}}, {"userId", {"BIGINT", "INTEGER", "VARCHAR"}}, {"fold", {"VARCHAR"}}});
  const std::int32_t user = find_user(users, user_id, folder, dataset);
  dataset.items = read_catalogue(folder / "items.parquet");
  ParquetTable ratings(database, folder / "ratings.parquet",
                       {{"user", {"INTEGER"}}, {"item", {"INTEGER"}}, {"rating", {"FLOAT"}}});
  read_ratings(ratings, user, dataset);
  sums.get();
  return dataset;
}

}  // namespace encore
