// Reading the small result relations, and the one pass over the written ratings.
#include "preparation/findings.h"

#include <fmt/format.h>

#include <stdexcept>

#include "dataset/fingerprint.h"
#include "folder/events_file.h"

namespace encore {
namespace {

std::optional<std::int32_t> optional_year(const Rows& rows, std::size_t column, std::size_t row) {
  return rows.is_null(column, row) ? std::nullopt : std::optional(rows.int32(column)[row]);
}

/// Calls `take` for each row of `select`.
template <class Take>
void for_each_row(Database& database, const std::string& select, Take take) {
  Rows rows = database.stream(select);
  while (rows.next())
    for (std::size_t row = 0; row < rows.size(); ++row) take(rows, row);
}

Fold fold_named(std::string_view name) {
  return name == "train" ? Fold::train : name == "validation" ? Fold::validation : Fold::test;
}

std::vector<std::string> ids_of(Database& database, const char* select) {
  std::vector<std::string> ids;
  for_each_row(database, select, [&](const Rows& rows, std::size_t row) { ids.emplace_back(rows.text(0, row)); });
  return ids;
}

}  // namespace

void collect_statistics(Database& database, DatasetSummary& s) {
  for_each_row(database, "SELECT fold, count(*) FROM users GROUP BY fold", [&](const Rows& rows, std::size_t row) {
    const Fold fold = fold_named(rows.text(0, row));
    (fold == Fold::train  ? s.training_users
     : fold == Fold::test ? s.test_users
                          : s.validation_users) = rows.int64(1)[row];
  });
  for_each_row(database, "SELECT stars, ratings FROM star_histogram ORDER BY stars",
               [&](const Rows& rows, std::size_t row) {
                 s.stars.push_back({rows.float64(0)[row], rows.int64(1)[row]});
               });
  for_each_row(database, "SELECT year, movies, ratings FROM years ORDER BY year NULLS LAST",
               [&](const Rows& rows, std::size_t row) {
                 s.by_year.push_back({optional_year(rows, 0, row), rows.int64(1)[row], rows.int64(2)[row]});
               });
  for_each_row(database, "SELECT CAST(movieId AS VARCHAR), title, year, ratings FROM most_rated ORDER BY place",
               [&](const Rows& rows, std::size_t row) {
                 s.most_rated.push_back({std::string(rows.text(0, row)), std::string(rows.text(1, row)),
                                         optional_year(rows, 2, row), rows.int64(3)[row]});
               });
}

void collect_held_out(Database& database, DatasetSummary& s) {
  if (s.split == "users") return;
  for_each_row(database, "SELECT CAST(held_out AS INT), count(DISTINCT userId) FROM ratings_split WHERE held_out > 0 GROUP BY held_out",
               [&](const Rows& rows, std::size_t row) {
                 (rows.int32(0)[row] == 4 ? s.test_users : s.validation_users) = rows.int64(1)[row];
               });
}

void collect_refused(Database& database, DatasetSummary& s) {
  for_each_row(database, "SELECT kind, reason, n FROM refused", [&](const Rows& rows, std::size_t row) {
    auto& counts = rows.text(0, row) == "rejected" ? s.rejected : s.filtered;
    counts[std::string(rows.text(1, row))] = rows.int64(2)[row];
  });
}

std::string fingerprint_of(Database& database, const RatingScale& scale, const std::filesystem::path& folder,
                           const std::function<void(std::int64_t)>& on_rows) {
  const std::vector<std::string> movie_ids =
      ids_of(database, "SELECT CAST(movieId AS VARCHAR) FROM items ORDER BY item");
  const std::vector<std::string> user_ids = ids_of(database, "SELECT CAST(userId AS VARCHAR) FROM users ORDER BY user");
  std::vector<Fold> folds;
  for_each_row(database, "SELECT fold FROM users ORDER BY user",
               [&](const Rows& rows, std::size_t row) { folds.push_back(fold_named(rows.text(0, row))); });
  const std::filesystem::path ratings_file = folder / "ratings.parquet", events = folder / events_file;
  Fingerprint fingerprint(scale);
  std::int32_t last_user = -1, last_item = -1;
  std::int64_t count = 0;
  Rows rows = database.stream(
      fmt::format("SELECT \"user\", item, rating, CAST(CASE part WHEN 'validation' THEN 86 WHEN 'test' THEN 84 ELSE 82 END AS INT) "
                  "FROM read_parquet({}, hive_partitioning = false)", sql_path(ratings_file)));
  while (rows.next()) {
    const auto user = rows.int32(0), item = rows.int32(1);
    const auto rating = rows.float32(2);
    const auto tag = rows.int32(3);  // 'V', 'T' or 'R'
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (user[row] < last_user || (user[row] == last_user && item[row] <= last_item))
        throw std::logic_error("the written ratings are not in strictly ascending order");
      if (user[row] != last_user) {
        last_user = user[row];
        fingerprint.add_user(user_ids[static_cast<std::size_t>(last_user)], folds[static_cast<std::size_t>(last_user)]);
      }
      last_item = item[row];
      fingerprint.add_rating(movie_ids[static_cast<std::size_t>(last_item)], rating[row], static_cast<char>(tag[row]));
    }
    on_rows(count += static_cast<std::int64_t>(rows.size()));
  }
  last_user = -1;
  if (std::filesystem::exists(events))
    for_each_row(database,
                 fmt::format("SELECT \"user\", item FROM read_parquet({}, hive_partitioning = false) WHERE kind = 'seen'",
                             sql_path(events)),
                 [&](const Rows& seen, std::size_t row) {
                   const auto user = static_cast<std::size_t>(seen.int32(0)[row]);
                   if (seen.int32(0)[row] != last_user) fingerprint.add_user(user_ids[user], folds[user]);
                   last_user = seen.int32(0)[row];
                   fingerprint.add_rating(movie_ids[static_cast<std::size_t>(seen.int32(1)[row])], 0, 'N');
                 });
  return fingerprint.hex();
}

}  // namespace encore
