// Ratings that are held out instead of users: which ones, that training does not see them, and what is refused.
#include <gmock/gmock.h>
#include <set>
#include "dataset/dataset_summary.h"
#include "folder/dataset_folder.h"
#include "preparation/preparation.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

class Split : public testing::Test {
 protected:
  /// Users 1 to 3 with ten, four and two ratings of 5 stars; the film's id is its time, backwards for user 2.
  void SetUp() override {
    std::string rows = "userId,movieId,rating,timestamp\n";
    for (int film = 1; film <= 10; ++film) rows += fmt_row(1, film, film);
    for (int film = 1; film <= 4; ++film) rows += fmt_row(2, film, 100 - film);
    for (int film = 1; film <= 2; ++film) rows += fmt_row(3, film, 50);
    put_text(folder_ / "ratings.csv", rows);
  }
  static std::string fmt_row(int user, int film, int time) {
    return std::to_string(user) + "," + std::to_string(film) + ",5," + std::to_string(time) + "\n";
  }

  PrepareSettings settings(const char* split) const {
    PrepareSettings settings;
    settings.source = (folder_ / "ratings.csv").string();
    settings.output = (folder_ / "out").string();
    settings.split = split;
    settings.hold_out = 0.2;
    return settings;
  }
  Dataset prepared(const PrepareSettings& settings) const {
    prepare_dataset(settings, 2, Output{});
    return read_dataset(settings.output);
  }
  std::string refusal(const PrepareSettings& settings) const {
    try {
      prepare_dataset(settings, 1, Output{});
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }
  /// "user:film" of the cells of a fold's rows that are `part`.
  static std::set<std::string> cells(const Dataset& dataset, Fold fold, Part part) {
    std::set<std::string> found;
    for (const auto user : dataset.users_in(fold)) {
      const auto items = dataset.ratings.items_of(user);
      for (std::size_t i = 0; i < items.size(); ++i)
        if (dataset.ratings.parts_of(user)[i] == part)
          found.insert(dataset.users.id[static_cast<std::size_t>(user)] + ":" +
                       dataset.items.id[static_cast<std::size_t>(items[i])]);
    }
    return found;
  }
  /// Every rating is trained on or held out, and what a test row is given is what is trained on.
  static void expect_whole(const Dataset& dataset, std::size_t ratings) {
    const auto train = cells(dataset, Fold::train, Part::none);
    std::set<std::string> all = train;
    for (const Fold fold : {Fold::validation, Fold::test}) {
      for (const std::string& cell : cells(dataset, fold, Part::target)) {
        EXPECT_FALSE(train.contains(cell)) << cell;
        all.insert(cell);
      }
      for (const std::string& cell : cells(dataset, fold, Part::given)) EXPECT_TRUE(train.contains(cell)) << cell;
    }
    EXPECT_EQ(all.size(), ratings);
    std::int64_t counted = 0;
    for (const auto count : dataset.items.training_ratings) counted += count;
    EXPECT_EQ(counted, std::ssize(train));
  }

  TemporaryFolder folder_;
};

TEST_F(Split, ByChanceHoldsOutAShareOfEachUser) {
  PrepareSettings asked = settings("ratings");
  asked.validation = 0.1;
  const Dataset dataset = prepared(asked);
  expect_whole(dataset, 16);
  EXPECT_EQ(cells(dataset, Fold::test, Part::target).size(), 2U + 1 + 1);  // 0.2 · 10, and one of each other user
  // 0.1 · 10, one of user 2's; user 3 has but one left to train on.
  EXPECT_EQ(cells(dataset, Fold::validation, Part::target).size(), 1U + 1);
  const std::string fingerprint = dataset.fingerprint;
  EXPECT_EQ(prepared(asked).fingerprint, fingerprint);
  asked.seed = 7;
  EXPECT_NE(prepared(asked).fingerprint, fingerprint) << "other ratings are held out";
  EXPECT_EQ(read_dataset_summary(asked.output).split, "ratings");
}

TEST_F(Split, ByTimeHoldsOutTheLatestOfAll) {
  const Dataset dataset = prepared(settings("time"));
  expect_whole(dataset, 16);
  EXPECT_THAT(cells(dataset, Fold::test, Part::target), UnorderedElementsAre("2:1", "2:2", "2:3"));  // ⌊0.2 · 16⌋
}

TEST_F(Split, ByUserTimeHoldsOutEachUsersLatest) {
  const Dataset dataset = prepared(settings("user-time"));
  expect_whole(dataset, 16);
  EXPECT_THAT(cells(dataset, Fold::test, Part::target),
              UnorderedElementsAre("1:9", "1:10", "2:1", "3:2"));  // of equal times the larger id
}

TEST_F(Split, LastHoldsOutOneOfEachUserWithThree) {
  PrepareSettings asked = settings("last");
  const Dataset dataset = prepared(asked);
  expect_whole(dataset, 16);
  EXPECT_THAT(cells(dataset, Fold::test, Part::target), UnorderedElementsAre("1:10", "2:1"));
  EXPECT_THAT(cells(dataset, Fold::validation, Part::target), UnorderedElementsAre("1:9", "2:2"));
  EXPECT_THAT(cells(dataset, Fold::test, Part::hidden), UnorderedElementsAre("1:9", "2:2"));
  asked.validation = 0.1;
  EXPECT_THAT(refusal(asked), HasSubstr("--validation 0.1 does nothing with --split last"));
}

TEST_F(Split, ByFilesTakesTheCallersSplit) {
  put_text(folder_ / "test.csv", "userId,movieId,rating\n3,3,5\n3,10,4\n9,1,5\n1,99,5\n2,1,5\n");
  put_text(folder_ / "validation.csv", "userId,movieId,rating\n3,4,5\n3,3,5\n");
  PrepareSettings asked = settings("files");
  asked.test_ratings = (folder_ / "test.csv").string();
  asked.validation_ratings = (folder_ / "validation.csv").string();
  const Dataset dataset = prepared(asked);
  EXPECT_THAT(cells(dataset, Fold::test, Part::target), UnorderedElementsAre("3:3", "3:10"));
  EXPECT_THAT(cells(dataset, Fold::validation, Part::target), UnorderedElementsAre("3:4"));
  EXPECT_EQ(cells(dataset, Fold::train, Part::none).size(), 16U);
  const DatasetSummary summary = read_dataset_summary(asked.output);
  EXPECT_EQ(summary.filtered.at("held out, unknown to training"), 2);  // user 9, film 99
  EXPECT_EQ(summary.filtered.at("held out, but in training too"), 1);  // user 2, film 1
  EXPECT_EQ(summary.rejected.at("held out twice"), 1);
  EXPECT_EQ(summary.rows, summary.ratings + 4);
  put_text(folder_ / "test.csv", "userId,movieId,rating\n3,3,7\n");
  EXPECT_THAT(refusal(asked), HasSubstr("--test-ratings"));
  EXPECT_THAT(refusal(asked), HasSubstr("test.csv: line 2: the row '3, 3, 7' (user, item, rating) cannot be used"));
  put_text(folder_ / "test.csv", "userId;movieId;rating\n3;3;5\n3;\"10;4\n");  // read as SOURCE is
  EXPECT_THAT(refusal(asked), HasSubstr("test.csv: line 3: a quote is opened and not closed"));
  put_text(folder_ / "test.csv", "{\"userId\": 3, \"movieId\": 3, \"rating\": \"5.0\"}\n");
  EXPECT_THAT(cells(prepared(asked), Fold::test, Part::target), UnorderedElementsAre("3:3"));
}

TEST_F(Split, RefusesWhatDoesNotGoTogether) {
  EXPECT_THAT(refusal(settings("files")), HasSubstr("--split files needs --test-ratings"));
  PrepareSettings asked = settings("ratings");
  asked.test_ratings = "t.csv";
  EXPECT_THAT(refusal(asked), HasSubstr("--test-ratings goes with --split files"));
  put_text(folder_ / "ratings.csv", "userId,movieId,rating\n1,1,5\n1,2,5\n1,3,5\n");
  EXPECT_THAT(refusal(settings("last")), HasSubstr("--split last needs times"));
}

TEST_F(Split, WholeDatasetsHaveAllRatingsToTrainOn) {
  prepared(settings("ratings"));
  const Dataset whole = read_whole_dataset(folder_ / "out");
  EXPECT_EQ(whole.users_in(Fold::train).size(), 3U);
  EXPECT_EQ(whole.ratings.size(), 16);
  EXPECT_TRUE(whole.fingerprint.ends_with("-all-ratings"));
}

}  // namespace
}  // namespace encore
