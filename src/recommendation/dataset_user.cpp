// Three small queries for any number of users: their numbers, their ratings; and once the catalogue.
#include "recommendation/dataset_user.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_map>
#include "dataset/dataset_summary.h"
#include "folder/dataset_folder.h"
#include "folder/events_file.h"
#include "folder/parquet_table.h"
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

/// Of so many users the database gets the list; of more, it reads from the first to the last of them.
constexpr std::size_t most_listed = 500;

/// Of so many ratings (8 bytes each) a folder that is asked about a second time is kept in memory.
constexpr std::int64_t most_kept = 4'000'000;

/// Which file stands at dataset.json: another preparation puts another one there.
std::pair<ino_t, std::int64_t> mark_of(const std::filesystem::path& folder) {
  struct stat found {};
  if (stat((folder / "dataset.json").c_str(), &found) != 0) return {};
  return {found.st_ino, found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec};
}

struct FoundUser {
  std::int32_t number;
  Fold fold;
};

Fold fold_of(std::string_view name) {
  return name == "test" ? Fold::test : name == "validation" ? Fold::validation : Fold::train;
}

}  // namespace

struct DatasetUsers::State {
  explicit State(std::filesystem::path path)
      : folder(std::move(path)),
        users(database, folder / "users.parquet",
              {{"user", {"INTEGER"}}, {"userId", {"BIGINT", "INTEGER", "VARCHAR"}}, {"fold", {"VARCHAR"}}}) {}

  std::filesystem::path folder;
  Database database{{.threads = 1}};  // no threads of its own, which a fork would lose
  ParquetTable users;
  std::optional<ParquetTable> ratings;
  Dataset dataset;
  std::int32_t size = 0;
  std::int64_t all_ratings = 0, questions = 0;
  bool has_events = false;
  std::optional<Dataset> whole;
  std::unordered_map<std::string_view, std::int32_t> number_of;  ///< in `whole`
  pid_t process = getpid();
  std::pair<ino_t, std::int64_t> mark;

  [[noreturn]] void complain_unknown(const std::string& user_id) {
    Rows range =
        users.read("coalesce(CAST(min(userId) AS VARCHAR), '-'), coalesce(CAST(max(userId) AS VARCHAR), '-')");
    users.next(range);
    throw UserError(fmt::format("{} has no user {}; its users have ids from {} to {}", folder.string(), user_id,
                                range.text(0, 0), range.text(1, 0)));
  }

  /// The id as the folder has it: "012" is user 12 where ids are numbers; nothing for what can be none of them.
  std::optional<std::string> written(const std::string& user_id) const {
    if (!dataset.users.numeric_ids) return user_id;
    const auto number = parse_whole_number(user_id);
    return number ? std::optional(std::to_string(*number)) : std::nullopt;
  }

  void add_users(Rows rows, std::unordered_map<std::string, FoundUser>& found,
                 const std::unordered_map<std::string, FoundUser>* wanted) {
    while (users.next(rows)) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.is_null(0, row) || rows.is_null(1, row) || rows.is_null(2, row)) continue;
        std::string id(rows.text(1, row));
        if (wanted != nullptr && !wanted->contains(id)) continue;
        found[std::move(id)] = {rows.int32(0)[row], fold_of(rows.text(2, row))};
      }
    }
  }

  void keep_if_small() {
    if (++questions != 2 || all_ratings > most_kept) return;
    whole = read_dataset(folder);
    for (std::int32_t user = 0; user < whole->users.size(); ++user)
      number_of.emplace(whole->users.id[static_cast<std::size_t>(user)], user);
  }

  std::vector<FoundUser> find_kept(const std::vector<std::string>& user_ids) {
    std::vector<FoundUser> numbers;
    dataset.users.id.clear();
    for (const std::string& id : user_ids) {
      const auto text = written(id);
      const auto one = text ? number_of.find(*text) : number_of.end();
      if (one == number_of.end()) complain_unknown(id);
      numbers.push_back({one->second, whole->users.fold[static_cast<std::size_t>(one->second)]});
      dataset.users.id.push_back(*text);
    }
    return numbers;
  }

  std::vector<FoundUser> find(const std::vector<std::string>& user_ids) {
    keep_if_small();
    if (whole) return find_kept(user_ids);
    std::unordered_map<std::string, FoundUser> wanted, found;
    for (const std::string& id : user_ids)
      if (const auto text = written(id)) wanted[*text] = {};
    constexpr const char* columns = "user, CAST(userId AS VARCHAR), fold";
    if (wanted.size() == 1) {
      const std::string& id = wanted.begin()->first;
      const SqlValue value =
          dataset.users.numeric_ids ? SqlValue(*parse_whole_number(id)) : SqlValue(id);
      add_users(users.read(columns, "userId = ?", {value}), found, nullptr);
    } else if (!wanted.empty()) {
      add_users(users.read(columns), found, &wanted);
    }
    std::vector<FoundUser> numbers;
    dataset.users.id.clear();
    for (const std::string& id : user_ids) {
      const auto text = written(id);
      const auto one = text ? found.find(*text) : found.end();
      if (one == found.end()) complain_unknown(id);
      numbers.push_back(one->second);
      dataset.users.id.push_back(one->first);
    }
    return numbers;
  }

  /// The rows of these users (ascending numbers), one run for each.
  RatingMatrix rows_of(const std::vector<std::int32_t>& numbers, const std::string& condition) {
    RatingMatrix matrix;
    std::size_t at = 0;
    std::int32_t last = -1;
    const auto close_until = [&](std::size_t place) {
      for (; at < place; ++at) matrix.start.push_back(matrix.size()), last = -1;
    };
    Rows rows = ratings->read("user, item, rating", condition);
    while (ratings->next(rows)) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.is_null(0, row)) continue;
        const std::int32_t user = rows.int32(0)[row];
        const auto place = static_cast<std::size_t>(std::ranges::lower_bound(numbers, user) - numbers.begin());
        if (place == numbers.size() || numbers[place] != user) continue;
        const bool complete = place >= at && !rows.is_null(1, row) && !rows.is_null(2, row);
        if (complete) close_until(place);
        const std::int32_t item = complete ? rows.int32(1)[row] : -1;
        if (item < 0 || item >= dataset.items.size() || item <= last) complain_damaged(user);
        matrix.item.push_back(last = item);
        matrix.rating.push_back(rows.float32(2)[row]);
      }
    }
    close_until(numbers.size());
    return matrix;
  }

  [[noreturn]] void complain_damaged(std::int32_t user) {
    Rows rows = users.read("CAST(userId AS VARCHAR)", "user = ?", {std::int64_t{user}});
    const std::string id = users.next(rows) && rows.size() > 0 ? std::string(rows.text(0, 0)) : std::to_string(user);
    throw UserError(
        fmt::format("{}: the rows of user {} are not films of items.parquet in ascending order; prepare the ratings again",
                    ratings->path().string(), id));
  }

  const Dataset& read(const std::vector<FoundUser>& wanted) {
    std::vector<std::int32_t> numbers;
    dataset.users.fold.clear();
    for (const FoundUser& one : wanted) numbers.push_back(one.number), dataset.users.fold.push_back(one.fold);
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    dataset.ratings = {};
    dataset.seen = dataset.dismissed = {};
    if (whole) {
      for (const FoundUser& one : wanted) add_row(whole->ratings, one.number), add_events(whole->seen, whole->dismissed, one.number);
      return dataset;
    }
    if (numbers.empty()) return dataset;
    std::string condition = fmt::format("user BETWEEN {} AND {}", numbers.front(), numbers.back());
    const bool run = numbers.back() - numbers.front() + 1 == std::ssize(numbers);
    if (!run && numbers.size() <= most_listed) condition += fmt::format(" AND user IN ({})", fmt::join(numbers, ", "));
    RatingMatrix found = rows_of(numbers, condition);
    const auto place_of = [&](const FoundUser& one) {
      return static_cast<std::int32_t>(std::ranges::lower_bound(numbers, one.number) - numbers.begin());
    };
    if (has_events) {
      const SeenRows events = read_events_file(database, folder, numbers, dataset.items.size(), condition);
      for (const FoundUser& one : wanted) add_events(events.seen, events.dismissed, place_of(one));
    }
    if (std::ranges::equal(wanted, numbers, {}, &FoundUser::number)) {
      dataset.ratings = std::move(found);
      return dataset;
    }
    for (const FoundUser& one : wanted) add_row(found, place_of(one));
    return dataset;
  }

  void add_events(const UserItems& seen, const UserItems& dismissed, std::int32_t row) {
    for (auto [from, to] : {std::pair(&seen, &dataset.seen), std::pair(&dismissed, &dataset.dismissed)}) {
      const auto items = from->items_of(row);
      if (to->start.empty()) to->start.push_back(0);
      to->item.insert(to->item.end(), items.begin(), items.end());
      to->start.push_back(std::ssize(to->item));
    }
  }

  void add_row(const RatingMatrix& from, std::int32_t row) {
    const auto items = from.items_of(row);
    const auto stars = from.ratings_of(row);
    dataset.ratings.item.insert(dataset.ratings.item.end(), items.begin(), items.end());
    dataset.ratings.rating.insert(dataset.ratings.rating.end(), stars.begin(), stars.end());
    dataset.ratings.start.push_back(dataset.ratings.size());
  }
};

DatasetUsers::DatasetUsers(std::filesystem::path folder) {
  const DatasetSummary summary = read_dataset_summary(folder);
  const auto mark = mark_of(folder);
  std::future<void> sums = dataset_checksums(folder, summary.events.has_value());
  state_ = std::make_unique<State>(folder);
  State& state = *state_;
  state.mark = mark;
  state.dataset.scale = summary.scale;
  state.dataset.seed = summary.seed;
  state.dataset.fingerprint = summary.fingerprint;
  state.dataset.users.numeric_ids = state.users.type_of("userId") != "VARCHAR";
  state.dataset.items = read_catalogue(folder / "items.parquet");
  state.ratings.emplace(state.database, folder / "ratings.parquet",
                        std::vector<ParquetColumn>{{"user", {"INTEGER"}}, {"item", {"INTEGER"}}, {"rating", {"FLOAT"}}});
  state.size = static_cast<std::int32_t>(summary.users);
  state.all_ratings = summary.ratings;
  state.has_events = summary.events.has_value();
  sums.get();
}

DatasetUsers::~DatasetUsers() = default;

std::int32_t DatasetUsers::size() const { return state_->size; }

bool DatasetUsers::numeric_ids() const { return state_->dataset.users.numeric_ids; }

const Catalogue& DatasetUsers::items() const { return state_->dataset.items; }

const RatingScale& DatasetUsers::scale() const { return state_->dataset.scale; }

bool DatasetUsers::current() const { return state_->process == getpid() && state_->mark == mark_of(state_->folder); }

const Dataset& DatasetUsers::with_ids(const std::vector<std::string>& user_ids) {
  return state_->read(state_->find(user_ids));
}

const Dataset& DatasetUsers::in_order(std::int32_t first, std::int32_t count) {
  State& state = *state_;
  state.keep_if_small();
  std::vector<FoundUser> numbers;
  state.dataset.users.id.clear();
  Rows rows = state.users.read("user, CAST(userId AS VARCHAR), fold",
                               fmt::format("user BETWEEN {} AND {}", first, static_cast<std::int64_t>(first) + count - 1));
  while (state.users.next(rows)) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      numbers.push_back({rows.int32(0)[row], fold_of(rows.text(2, row))});
      state.dataset.users.id.emplace_back(rows.text(1, row));
    }
  }
  return state.read(numbers);
}

Dataset read_dataset_user(const std::filesystem::path& folder, const std::string& user_id) {
  return DatasetUsers(folder).with_ids({user_id});
}

}  // namespace encore
