// Reading a dataset folder: each table is checked row by row while it fills the arrays, so that nothing behind this has
// to.
#include "folder/dataset_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "dataset/dataset_summary.h"
#include "dataset/judging_rows.h"
#include "digest/checksums.h"
#include "folder/events_file.h"
#include "folder/parquet_table.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> id_types = {"BIGINT", "INTEGER", "VARCHAR"};

/// The select expression of an id column: as int64 or as text.
std::string id_expression(const ParquetTable& table, const std::string& column) {
  return table.type_of(column) == "VARCHAR" ? column : fmt::format("CAST({} AS BIGINT)", column);
}

/// Appends the ids of a chunk, ascending by value or by bytes.
void append_ids(const Rows& rows, std::size_t column, std::vector<std::string>& ids, const fs::path& path,
                std::optional<std::int64_t>& last) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    bool ascends = !rows.is_null(column, row);
    if (ascends && rows.is_text(column)) {
      ascends = ids.empty() || ids.back() < rows.text(column, row);
      ids.emplace_back(rows.text(column, row));
    } else if (ascends) {
      const std::int64_t id = rows.int64(column)[row];
      ascends = !last || *last < id;
      last = id;
      ids.push_back(std::to_string(id));
    }
    if (!ascends) throw UserError(fmt::format("{}: the ids do not ascend at row {}", path.string(), ids.size()));
  }
}

/// The dense numbers 0, 1, 2, …, one a row.
void require_numbered(const Rows& rows, std::size_t first_row, const fs::path& path) {
  for (std::size_t row = 0; row < rows.size(); ++row)
    if (rows.is_null(0, row) || rows.int32(0)[row] != static_cast<std::int32_t>(first_row + row))
      throw UserError(fmt::format("{}: the numbers in its first column are not 0, 1, 2, … at row {}", path.string(),
                                  first_row + row + 1));
}

std::string text_or_empty(const Rows& rows, std::size_t column, std::size_t row) {
  return rows.is_null(column, row) ? std::string() : std::string(rows.text(column, row));
}

UserTable read_users(Database& database, const fs::path& path, std::vector<std::int64_t>& counts) {
  ParquetTable table(
      database, path,
      {{"user", {"INTEGER"}}, {"userId", id_types}, {"ratings", {"BIGINT", "INTEGER"}}, {"fold", {"VARCHAR"}}});
  UserTable users;
  users.numeric_ids = table.type_of("userId") != "VARCHAR";
  std::optional<std::int64_t> last;
  Rows rows = table.read(fmt::format("user, {}, CAST(ratings AS BIGINT), fold", id_expression(table, "userId")));
  while (table.next(rows)) {
    require_numbered(rows, users.id.size(), path);
    append_ids(rows, 1, users.id, path, last);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::string fold = text_or_empty(rows, 3, row);
      if (fold == "train")
        users.fold.push_back(Fold::train);
      else if (fold == "validation")
        users.fold.push_back(Fold::validation);
      else if (fold == "test")
        users.fold.push_back(Fold::test);
      else
        throw UserError(fmt::format("{}: '{}' is no fold (train, validation or test), row {}", path.string(), fold,
                                    users.fold.size() + 1));
      counts.push_back(rows.is_null(2, row) ? -1 : rows.int64(2)[row]);
    }
  }
  return users;
}

/// Fills the matrix from ratings.parquet; refuses rows out of order or out of range.
class RatingsReader {
 public:
  RatingsReader(ParquetTable& table, const Dataset& dataset, std::int64_t expected, bool split)
      : table_(table), dataset_(dataset), split_(split), users_(dataset.users.size()), items_(dataset.items.size()) {
    held_out_ = split || std::ranges::any_of(dataset.users.fold, [](Fold fold) { return fold != Fold::train; });
    matrix_.start.reserve(static_cast<std::size_t>(users_) + 1);
    matrix_.item.reserve(static_cast<std::size_t>(expected));
    matrix_.rating.reserve(static_cast<std::size_t>(expected));
    if (held_out_) matrix_.part.reserve(static_cast<std::size_t>(expected));
  }

  RatingMatrix read() {
    Rows rows = table_.read(
        "user, item, rating, CAST(CASE WHEN part IS NULL THEN 0 WHEN part = 'given' THEN 1 WHEN part = 'target' THEN 2 "
        "WHEN part = 'validation' THEN 13 WHEN part = 'test' THEN 12 ELSE -1 END AS INT)");
    while (table_.next(rows)) take(rows);
    while (matrix_.start.size() <= static_cast<std::size_t>(users_)) matrix_.start.push_back(matrix_.size());
    return std::move(matrix_);
  }

 private:
  [[noreturn]] void refuse(const char* what) const {
    throw UserError(fmt::format("{}: {} at row {}", table_.path().string(), what, matrix_.size() + 1));
  }

  void take(const Rows& rows) {
    const auto user = rows.int32(0), item = rows.int32(1), part = rows.int32(3);
    const auto rating = rows.float32(2);
    const auto low = static_cast<float>(dataset_.scale.minimum), high = static_cast<float>(dataset_.scale.maximum);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (rows.is_null(0, row) || rows.is_null(1, row) || rows.is_null(2, row)) refuse("a value is missing");
      if (user[row] < 0 || user[row] >= users_) refuse("there is no such user");
      if (item[row] < 0 || item[row] >= items_) refuse("there is no such item");
      if (!(rating[row] >= low && rating[row] <= high)) refuse("the rating is out of scale");
      if (user[row] < user_ || (user[row] == user_ && item[row] <= item_))
        refuse("the rows are not sorted by user and item");
      for (; user_ < user[row]; ++user_)
        if (user_ >= 0) matrix_.start.push_back(matrix_.size());
      item_ = item[row];
      if (part[row] < 0 || (part[row] > 10) != (split_ && part[row] > 0))
        refuse(split_ ? "the part is neither validation nor test" : "the part is neither given nor target");
      if (!split_ && part[row] > 0 && dataset_.users.fold[static_cast<std::size_t>(user_)] == Fold::train)
        refuse("a training user's rating has a part");
      matrix_.item.push_back(item[row]);
      matrix_.rating.push_back(rating[row]);
      if (held_out_) matrix_.part.push_back(static_cast<Part>(part[row] % 10));  // test 2: target, validation 3: hidden
    }
  }

  ParquetTable& table_;
  const Dataset& dataset_;
  bool held_out_ = false, split_;
  std::int32_t users_, items_, user_ = -1, item_ = -1;
  RatingMatrix matrix_;
};

/// From the file's own end, without reading its rows.
std::int64_t rows_of(ParquetTable& table) {
  Rows rows = table.read("count(*)");
  std::int64_t count = 0;
  while (table.next(rows))
    if (rows.size() > 0) count = rows.int64(0)[0];
  return count;
}

/// A column of a model's catalogue that most folders do not have: 1 where it is true.
std::string flag_expression(const ParquetTable& table, const std::string& column) {
  if (!table.has(column)) return "0";
  if (table.type_of(column) != "BOOLEAN")
    throw UserError(fmt::format("{}: the column '{}' has the type {}, but must have BOOLEAN", table.path().string(), column,
                                table.type_of(column)));
  return fmt::format("CASE WHEN {} THEN 1 ELSE 0 END", column);
}

Catalogue read_catalogue(Database& database, const fs::path& path) {
  ParquetTable table(database, path,
                     {{"item", {"INTEGER"}},
                      {"movieId", id_types},
                      {"title", {"VARCHAR"}},
                      {"year", {"INTEGER"}},
                      {"genres", {"VARCHAR"}},
                      {"ratings", {"BIGINT", "INTEGER"}},
                      {"training_ratings", {"BIGINT", "INTEGER"}}});
  Catalogue items;
  items.numeric_ids = table.type_of("movieId") != "VARCHAR";
  std::optional<std::int64_t> last;
  Rows rows =
      table.read(fmt::format("item, {}, title, year, genres, CAST(ratings AS BIGINT), CAST(training_ratings AS BIGINT), {}, {}",
                             id_expression(table, "movieId"), flag_expression(table, "added"), flag_expression(table, "retired")));
  bool any_added = false, any_retired = false;
  while (table.next(rows)) {
    require_numbered(rows, items.id.size(), path);
    append_ids(rows, 1, items.id, path, last);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      items.title.push_back(text_or_empty(rows, 2, row));
      items.year.push_back(rows.is_null(3, row) ? std::nullopt : std::optional(rows.int32(3)[row]));
      items.genres.push_back(text_or_empty(rows, 4, row));
      const std::int64_t ratings = rows.is_null(5, row) ? -1 : rows.int64(5)[row];
      const std::int64_t training = rows.is_null(6, row) ? -1 : rows.int64(6)[row];
      if (training < 0 || training > ratings)
        throw UserError(
            fmt::format("{}: the counts of ratings are wrong at row {}", path.string(), items.title.size()));
      items.ratings.push_back(ratings);
      items.training_ratings.push_back(training);
      items.added.push_back(rows.int32(7)[row] != 0);
      items.retired.push_back(rows.int32(8)[row] != 0);
      any_added |= items.added.back() != 0, any_retired |= items.retired.back() != 0;
    }
  }
  if (!any_added) items.added.clear();
  if (!any_retired) items.retired.clear();
  return items;
}

}  // namespace

bool is_dataset_folder(const fs::path& folder) {
  try {
    read_dataset_summary(folder);
    return true;
  } catch (const UserError&) {
    return false;
  }
}

Catalogue read_catalogue(const fs::path& file) {
  Database database;
  return read_catalogue(database, file);
}

std::future<void> dataset_checksums(const fs::path& folder, bool with_events) {
  return std::async(std::launch::async, [folder, with_events] {
    require_checksums(folder, {"dataset.json", "items.parquet", "users.parquet", "ratings.parquet"});
    if (with_events) require_checksums(folder, {events_file});
  });
}

namespace {

/// As the files have it.
Dataset read_files(const fs::path& folder, const DatasetSummary& summary) {
  std::future<void> sums = dataset_checksums(folder, summary.events.has_value());
  Database database;
  Dataset dataset;
  dataset.scale = summary.scale;
  dataset.seed = summary.seed;
  dataset.fingerprint = summary.fingerprint;
  dataset.items = read_catalogue(database, folder / "items.parquet");
  std::vector<std::int64_t> counts;
  dataset.users = read_users(database, folder / "users.parquet", counts);
  ParquetTable table(database, folder / "ratings.parquet",
                     {{"user", {"INTEGER"}}, {"item", {"INTEGER"}}, {"rating", {"FLOAT"}}, {"part", {"VARCHAR"}}});
  // What dataset.json says may be damaged; memory is asked for by what the file has.
  dataset.ratings = RatingsReader(table, dataset, rows_of(table), summary.split != "users").read();
  const auto disagrees = [&](const char* file, const char* what) {
    throw UserError(fmt::format("{} does not have the {} that dataset.json tells; prepare the ratings again",
                                (folder / file).string(), what));
  };
  if (dataset.items.size() != summary.movies) disagrees("items.parquet", "movies");
  if (dataset.users.size() != summary.users) disagrees("users.parquet", "users");
  if (dataset.ratings.size() != summary.ratings) disagrees("ratings.parquet", "ratings");
  for (std::int32_t user = 0; user < dataset.users.size(); ++user)
    if (static_cast<std::int64_t>(dataset.ratings.items_of(user).size()) != counts[static_cast<std::size_t>(user)])
      throw UserError(fmt::format("{}: user {} does not have the ratings that users.parquet tells",
                                  (folder / "ratings.parquet").string(),
                                  dataset.users.id[static_cast<std::size_t>(user)]));
  if (summary.events) add_events(database, folder, *summary.events, dataset);
  sums.get();  // last, because what was found before has a reason that says more
  return dataset;
}

}  // namespace

Dataset read_dataset(const fs::path& folder) {
  const DatasetSummary summary = read_dataset_summary(folder);
  Dataset dataset = read_files(folder, summary);
  return summary.split == "users" ? dataset : with_judging_rows(std::move(dataset));
}

Dataset read_whole_dataset(const fs::path& folder) {
  return all_for_training(read_files(folder, read_dataset_summary(folder)));
}

}  // namespace encore
