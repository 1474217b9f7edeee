// One pass over the rows, which stand in order.
#include "folder/events_file.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <numeric>

#include "folder/parquet_table.h"
#include "process/error.h"

namespace encore {
namespace {

/// The kinds by their order in the file.
constexpr std::array<std::string_view, 3> kinds = {"dismissed", "seen", "shown"};
constexpr std::size_t is_dismissed = 0, is_seen = 1;

class Reader {
 public:
  Reader(ParquetTable& table, const std::vector<std::int32_t>& numbers, std::int32_t items)
      : table_(table), numbers_(numbers), items_(items) {}

  SeenRows read(const std::string& condition) {
    Rows rows = table_.read(fmt::format("user, item, CAST(CASE kind WHEN '{}' THEN 0 WHEN '{}' THEN 1 WHEN '{}' THEN 2 ELSE -1 END AS INT)",
                                        kinds[0], kinds[1], kinds[2]),
                            condition);
    while (table_.next(rows))
      for (std::size_t row = 0; row < rows.size(); ++row, ++rows_) {
        if (rows.is_null(0, row) || rows.is_null(1, row)) refuse("a value is missing");
        take({rows.int32(0)[row], rows.int32(1)[row], rows.int32(2)[row]});
      }
    close_until(numbers_.size());
    for (UserItems* one : {&result_.seen, &result_.dismissed})
      if (one->item.empty()) *one = {};
    return std::move(result_);
  }
  std::int64_t rows() const { return rows_; }

 private:
  using Key = std::array<std::int32_t, 3>;  // user, item, kind

  [[noreturn]] void refuse(const char* what) const {
    throw UserError(fmt::format("{}: {} at row {}; prepare the ratings again", table_.path().string(), what, rows_ + 1));
  }

  void take(const Key& key) {
    const auto [user, item, kind] = key;
    if (item < 0 || item >= items_) refuse("there is no such item");
    if (kind < 0) refuse("the kind is none of dismissed, seen, shown");
    if (!(last_ < key)) refuse("the rows are not sorted by user, item and kind");
    last_ = key;
    const auto found = std::ranges::lower_bound(numbers_, user);
    if (found == numbers_.end() || *found != user) {
      if (user < 0 || is_whole()) refuse("there is no such user");
      return;
    }
    close_until(static_cast<std::size_t>(found - numbers_.begin()));
    if (static_cast<std::size_t>(kind) == is_seen) result_.seen.item.push_back(item);
    if (static_cast<std::size_t>(kind) == is_dismissed) result_.dismissed.item.push_back(item);
  }

  /// Whether all users from 0 on are wanted, so that another is none.
  bool is_whole() const { return numbers_.empty() || (numbers_.front() == 0 && numbers_.back() + 1 == std::ssize(numbers_)); }

  void close_until(std::size_t place) {
    for (UserItems* one : {&result_.seen, &result_.dismissed}) {
      if (one->start.empty()) one->start.push_back(0);
      while (one->start.size() <= place) one->start.push_back(std::ssize(one->item));
    }
  }

  ParquetTable& table_;
  const std::vector<std::int32_t>& numbers_;
  std::int32_t items_;
  std::int64_t rows_ = 0;
  Key last_{-1, -1, -1};
  SeenRows result_;
};

ParquetTable open(Database& database, const std::filesystem::path& folder) {
  return {database, folder / events_file, {{"user", {"INTEGER"}}, {"item", {"INTEGER"}}, {"kind", {"VARCHAR"}}}};
}

}  // namespace

SeenRows read_events_file(Database& database, const std::filesystem::path& folder, const std::vector<std::int32_t>& numbers,
                          std::int32_t items, const std::string& condition) {
  ParquetTable table = open(database, folder);
  return Reader(table, numbers, items).read(condition);
}

void add_events(Database& database, const std::filesystem::path& folder, const EventCounts& counts, Dataset& dataset) {
  std::vector<std::int32_t> everybody(static_cast<std::size_t>(dataset.users.size()));
  std::iota(everybody.begin(), everybody.end(), 0);
  ParquetTable table = open(database, folder);
  Reader reader(table, everybody, dataset.items.size());
  SeenRows rows = reader.read({});
  if (reader.rows() != counts.rows() || std::ssize(rows.seen.item) != counts.seen)
    throw UserError(fmt::format("{} does not have the events that dataset.json tells; prepare the ratings again",
                                (folder / events_file).string()));
  dataset.seen = std::move(rows.seen);
  dataset.dismissed = std::move(rows.dismissed);
}

}  // namespace encore
