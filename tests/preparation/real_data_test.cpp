// The genuine ml-latest-small: known counts, folds and parts that another program computed, and independence of order
// and threads.
#include <gmock/gmock.h>
#include <algorithm>
#include <csignal>
#include <random>
#include <sstream>
#include "preparation/prepared.h"
#include "process/interruption.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using RealData = PreparationTest;

/// By a few lines of Python over the same file (hashlib's md5 and sha256), written from docs/formats.md.
const char* const known_fingerprint = "d83fad7b9a34dd23e9862c714355988da4d13f7cfe5406c79aa4bccb70f35a78";

TEST_F(RealData, AllOfIt) {
  const DatasetSummary summary = prepare(settings_for(real_ratings), 2);
  EXPECT_EQ(summary.ratings, 100836);
  EXPECT_EQ(summary.users, 610);
  EXPECT_EQ(summary.movies, 9724);
  EXPECT_EQ(summary.rows, 100836);
  EXPECT_EQ(summary.test_users, 121);
  EXPECT_EQ(summary.training_users, 489);
  EXPECT_EQ(summary.fingerprint, known_fingerprint);
  EXPECT_EQ(summary.most_rated.at(0).title, "Forrest Gump (1994)");
  EXPECT_EQ(summary.most_rated.at(0).ratings, 329);
  EXPECT_EQ(summary.stars.size(), 10u);
  EXPECT_EQ(summary.stars.front().ratings, 1370);
  EXPECT_EQ(summary.by_year.front().year, 1902);
  EXPECT_EQ(summary.by_year.back().year, std::nullopt);
}

TEST_F(RealData, PartsOfHeldOutUsers) {
  prepare(settings_for(real_ratings));
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_EQ(std::ranges::count(dataset.ratings.part, Part::given), 8325);
  EXPECT_EQ(std::ranges::count(dataset.ratings.part, Part::target), 2021);
  const std::int32_t user = dataset.users_in(Fold::test).at(0) <= 7 ? 7 : -1;  // userId 8
  ASSERT_EQ(dataset.users.id.at(7), "8");
  std::vector<std::string> targets;
  for (std::size_t i = 0; i < dataset.ratings.items_of(user).size(); ++i)
    if (dataset.ratings.parts_of(user)[i] == Part::target)
      targets.push_back(dataset.items.id[static_cast<std::size_t>(dataset.ratings.items_of(user)[i])]);
  EXPECT_THAT(targets, ElementsAre("21", "50", "380", "454"));
}

TEST_F(RealData, YearsAsTheStudy) {
  PrepareSettings settings = settings_for(real_ratings);
  settings.years = "1950-1980";
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.ratings, 10581);
  EXPECT_EQ(summary.users, 502);
  EXPECT_EQ(summary.movies, 1263);
  std::int64_t filtered = 0;
  for (const auto& [reason, rows] : summary.filtered) filtered += rows;
  EXPECT_EQ(summary.rows, summary.ratings + filtered);
}

TEST_F(RealData, AConditionOverAllColumns) {
  PrepareSettings settings = settings_for(real_ratings);
  settings.where =
      "rating >= 4.5 AND year < 1970 AND genres LIKE '%Drama%' AND \"userId\" <= 300 AND time > 0 AND title <> '' AND "
      "movieId > 0";
  const DatasetSummary summary = prepare(settings);
  EXPECT_GT(summary.ratings, 100);
  EXPECT_EQ(summary.rows, summary.ratings + summary.filtered.at("outside the condition"));
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_THAT(dataset.ratings.rating, testing::Each(testing::Ge(4.5f)));
  EXPECT_THAT(dataset.items.year, testing::Each(testing::Lt(1970)));
}

TEST_F(RealData, ConditionsThatFailOrLeaveNothing) {
  PrepareSettings settings = settings_for(real_ratings);
  settings.where = "EXISTS (SELECT 1 FROM read_text('/etc/passwd'))";
  EXPECT_THAT(complaint(settings), HasSubstr("--where: "));
  settings.where = "CAST(title AS INT) = 3";
  EXPECT_THAT(complaint(settings), HasSubstr("fails on some row"));
  settings.where = "year > 3000";
  EXPECT_THAT(complaint(settings), HasSubstr("none of the 100836 ratings is left (100836 outside the condition); loosen a filter"));
  settings.where = "";
  settings.years = "2030-2040";
  EXPECT_THAT(complaint(settings), HasSubstr("(100819 outside the years, 17 title has no year); loosen a filter"))
      << "another column of years would bring 17 rows back";
  EXPECT_EQ(entries(), 0u);
}

TEST_F(RealData, MinimumCountsAreOnePassItemsFirst) {
  PrepareSettings settings = settings_for(real_ratings);
  settings.min_item_ratings = 50;
  settings.min_user_ratings = 100;
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.ratings + summary.filtered.at("movie has too few ratings") +
                summary.filtered.at("user has too few ratings"),
            100836);
  EXPECT_EQ(summary.movies, 450);
  EXPECT_EQ(summary.users, 127);
  const Dataset dataset = read_dataset(folder_ / "dataset");
  for (std::int32_t user = 0; user < dataset.users.size(); ++user)
    EXPECT_GE(dataset.ratings.items_of(user).size(), 100u);
}

TEST_F(RealData, FoldsFollowSeedAndShares) {
  PrepareSettings settings = settings_for(real_ratings);
  settings.validation = 0.3;
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.test_users, 121) << "validation users come from the training users";
  EXPECT_NEAR(static_cast<double>(summary.validation_users), 183, 30);
  settings.seed = 43;
  EXPECT_NE(prepare(settings).fingerprint, summary.fingerprint);
  settings.hold_out = 0, settings.validation = 0;
  EXPECT_EQ(prepare(settings).training_users, 610);
  EXPECT_TRUE(read_dataset(folder_ / "dataset").ratings.part.empty());
}

/// Header, then the rows.
std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream stream(content(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

TEST_F(RealData, OrderOfRowsThreadsAndWayOfReadingDoNotMatter) {
  std::vector<std::string> lines = lines_of(real_ratings / "ratings.csv");
  const auto source = folder_ / "source";
  std::filesystem::create_directory(source);
  std::filesystem::copy_file(real_ratings / "movies.csv", source / "movies.csv");
  const auto dataset_of = [&](int threads) {
    std::ofstream(source / "ratings.csv") << joined(lines);
    PrepareSettings settings = settings_for(source);
    prepare(settings, threads);
    std::string bytes = content(folder_ / "dataset/dataset.json");
    const Dataset dataset = read_dataset(folder_ / "dataset");
    for (const float rating : dataset.ratings.rating) bytes += std::to_string(rating);
    for (const std::int32_t item : dataset.ratings.item) bytes += std::to_string(item) + " ";
    for (const Part part : dataset.ratings.part) bytes += static_cast<char>('0' + static_cast<int>(part));
    for (const auto& title : dataset.items.title) bytes += title;
    for (const Fold fold : dataset.users.fold) bytes += static_cast<char>('0' + static_cast<int>(fold));
    return bytes;
  };
  const std::string first = dataset_of(2);
  EXPECT_THAT(first, HasSubstr(known_fingerprint));
  std::shuffle(lines.begin() + 1, lines.end(), std::mt19937(7));
  EXPECT_TRUE(dataset_of(1) == first) << "shuffled, one thread";
  EXPECT_TRUE(dataset_of(3) == first) << "shuffled, three threads";
  lines[1] = " " + lines[1];  // a blank before an id: every row is read as text
  EXPECT_TRUE(dataset_of(2) == first) << "as text";
}

TEST_F(RealData, CtrlCLeavesNothing) {
  watch_for_interruption();
  std::raise(SIGINT);
  EXPECT_THROW(prepare(settings_for(real_ratings)), Interrupted);
  forget_interruption();
  EXPECT_EQ(entries(), 0u);
}

TEST_F(RealData, AnOlderDatasetIsReplacedAndNothingElseEver) {
  const PrepareSettings settings = settings_for(diseases / "bom.csv");
  prepare(settings);
  prepare(settings);
  EXPECT_EQ(entries(), 1u);
  PrepareSettings other = settings;
  other.output = folder_.string();  // holds a folder, but is no dataset
  EXPECT_THAT(complaint(other), HasSubstr(folder_.filename().string()));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "dataset/ratings.parquet"));
}

TEST_F(RealData, ADatasetDoesNotReplaceItsOwnSources) {
  PrepareSettings settings = settings_for(diseases / "bom.csv");
  prepare(settings);
  const std::string ratings = (folder_ / "dataset/../dataset/ratings.parquet").string();
  for (auto& [source, seen] : {std::pair(ratings, std::string()), std::pair(settings.source, ratings)}) {
    PrepareSettings again = settings;
    again.source = source;
    if (!seen.empty()) again.seen = seen;
    EXPECT_THAT(complaint(again), HasSubstr("ratings.parquet lies in " + settings.output + ", which the dataset would replace; "));
  }
  EXPECT_TRUE(std::filesystem::exists(folder_ / "dataset/ratings.parquet"));
}

}  // namespace
}  // namespace encore
