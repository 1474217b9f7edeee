// Published splits by name: Liang's, drawn as numpy draws it; RecBole's core and shares; LightGCN's files; the last one of each user.
#include "preparation/protocol.h"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "dataset/dataset_summary.h"
#include "preparation/numpy_random.h"
#include "preparation/prepared.h"

namespace encore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Protocols : public PreparationTest {
 protected:
  PrepareSettings by(const char* protocol, const std::filesystem::path& source) const {
    PrepareSettings settings = settings_for(source);
    settings.protocol = protocol;
    return settings;
  }
  Dataset dataset() const { return read_dataset(folder_ / "dataset"); }
  /// Users of the fold → ids of what is to be found of them.
  static std::map<std::string, std::set<std::string>> targets(const Dataset& data, Fold fold) {
    std::map<std::string, std::set<std::string>> found;
    for (const std::int32_t user : data.users_in(fold)) {
      auto& films = found[data.users.id[static_cast<std::size_t>(user)]];
      const auto items = data.ratings.items_of(user);
      for (std::size_t i = 0; i < items.size(); ++i)
        if (data.ratings.parts_of(user)[i] == Part::target) films.insert(data.items.id[static_cast<std::size_t>(items[i])]);
    }
    return found;
  }
};

// numpy.random.seed(98765), then permutation(12), choice(20, 6, replace=False), the end of permutation(1000): by numpy 2.2.6.
TEST(NumpyRandom, DrawsWhatNumpyDraws) {
  NumpyRandom random(98765);
  EXPECT_THAT(random.permutation(12), ElementsAre(11, 9, 2, 7, 8, 4, 1, 10, 6, 0, 3, 5));
  EXPECT_THAT(random.choice(20, 6), ElementsAre(4, 1, 6, 18, 17, 3));
  const auto thousand = random.permutation(1000);
  EXPECT_THAT(std::vector(thousand.end() - 5, thousand.end()), ElementsAre(675, 732, 719, 558, 436));
  EXPECT_THAT(random.permutation(0), IsEmpty());
}

TEST_F(Protocols, LiangsSplitIsNumpys) {
  PrepareSettings settings = by("liang", real_ratings);
  settings.hold_out = settings.validation = 0.1;
  const DatasetSummary summary = prepare(settings, 2);
  EXPECT_EQ(summary.protocol, "liang");
  EXPECT_EQ(read_dataset_summary(folder_ / "dataset").protocol, "liang");
  std::map<std::string, std::map<std::string, std::set<std::string>>> expected;
  std::ifstream file(source_folder / "tests/preparation/fixture/liang.csv");
  for (std::string fold, user, film; std::getline(file, fold, ',') && std::getline(file, user, ',') && std::getline(file, film);) {
    auto& films = expected[fold][user];
    if (!film.empty()) films.insert(film);
  }
  const Dataset data = dataset();
  ASSERT_GT(expected["test"].size(), 50U);
  EXPECT_EQ(targets(data, Fold::validation), expected["validation"]);
  EXPECT_EQ(targets(data, Fold::test), expected["test"]);
  for (const auto training : data.items.training_ratings) EXPECT_GT(training, 0) << "a film that no training user likes";
  for (const float stars : data.ratings.rating) EXPECT_GE(stars, 4.0F);
}

TEST_F(Protocols, LiangHoldsOutTenThousandUnlessAShareIsSaid) {
  EXPECT_THAT(complaint(by("liang", real_ratings)), HasSubstr("holds out 10,000 users for validation and 10,000 for testing"));
}

/// Films 1 to 10 by users 1 to 10, all 3 stars; user 11 rates ten films, of which film 11 is rated by nobody else: without it the
/// user has nine. User 12 rates 1 to 10 with 2.5 stars, which do not count.
std::string square_with_corners() {
  std::string rows = "userId,movieId,rating,timestamp\n";
  const auto add = [&](int user, int film, const char* stars) {
    rows += fmt::format("{},{},{},{}\n", user, film, stars, 100 * user + film);
  };
  for (int user = 1; user <= 10; ++user)
    for (int film = 1; film <= 10; ++film) add(user, film, "3");
  for (int film = 2; film <= 11; ++film) add(11, film, "5");
  for (int film = 1; film <= 10; ++film) add(12, film, "2.5");
  return rows;
}

TEST_F(Protocols, RecboleTakesTheCoreAndATenthOfEachUser) {
  const DatasetSummary summary = prepare(by("recbole", write("ratings.csv", square_with_corners())));
  EXPECT_EQ(summary.users, 10) << "user 11 has nine films in the core, user 12 none";
  EXPECT_EQ(summary.movies, 10);
  EXPECT_EQ(summary.filtered.at("outside the core of films and users with enough ratings"), 10);
  const Dataset data = dataset();
  EXPECT_EQ(data.users_in(Fold::train).size(), 10U);
  for (const Fold fold : {Fold::validation, Fold::test}) {
    const auto found = targets(data, fold);
    EXPECT_EQ(found.size(), 10U);
    for (const auto& [user, films] : found) EXPECT_EQ(films.size(), 1U) << user;
  }
  for (const std::int32_t user : data.users_in(Fold::train)) EXPECT_EQ(data.ratings.items_of(user).size(), 8U);
}

TEST_F(Protocols, NothingLeftIsASentenceWithTheFirstBadRow) {
  std::string rows = "userId,movieId,rating\n";
  for (int user = 0; user < 60; ++user) rows += fmt::format("{},{},4\n", user, user % 3);
  EXPECT_THAT(complaint(by("recbole", write("ratings.csv", rows + "7,1,99\n"))),
              AllOf(HasSubstr("none of the 61 ratings is left (1 rating is out of scale, 60 outside the core of films and users"),
                    HasSubstr("rating is out of scale, the first: line 62: '7, 1, 99")));
}

TEST_F(Protocols, LightgcnReadsItsFiles) {
  std::filesystem::create_directory(folder_ / "gowalla");
  write("gowalla/train.txt", "0 10 11 12\n1 11 13\n2\n3 10 12 \n");
  write("gowalla/test.txt", "0 13\n1 10 12\r\n2 11\n3\n");
  const DatasetSummary summary = prepare(by("lightgcn", folder_ / "gowalla"));
  EXPECT_EQ(summary.ratings_file, "train.txt");
  EXPECT_EQ(summary.filtered.at("held out, unknown to training"), 1) << "user 2 has nothing to train on";
  const Dataset data = dataset();
  EXPECT_TRUE(data.scale.implicit);
  EXPECT_THAT(data.items.id, ElementsAre("10", "11", "12", "13"));
  EXPECT_EQ(data.users_in(Fold::train).size(), 3U);
  const std::map<std::string, std::set<std::string>> expected{{"0", {"13"}}, {"1", {"10", "12"}}};
  EXPECT_EQ(targets(data, Fold::test), expected);
  EXPECT_THAT(complaint(by("lightgcn", real_ratings)), HasSubstr("train.txt cannot be read"));
  write("gowalla/train.txt", "0 10\n1 x\n");
  EXPECT_THAT(complaint(by("lightgcn", folder_ / "gowalla")), HasSubstr("train.txt, line 2: 'x' is no number"));
}

TEST_F(Protocols, LeaveOneOutHoldsOutTheLastWhateverItsStars) {
  std::string rows = "userId,movieId,rating,timestamp\n";
  for (int film = 1; film <= 4; ++film) rows += fmt::format("1,{},{},{}\n", film, film == 4 ? "0.5" : "5", film);
  prepare(by("leave-one-out", write("ratings.csv", rows)));
  const Dataset data = dataset();
  EXPECT_THAT(targets(data, Fold::test).at("1"), ElementsAre("4"));
  EXPECT_THAT(targets(data, Fold::validation).at("1"), ElementsAre("3"));
}

TEST_F(Protocols, WhatAProtocolDecidesIsNotSaidBesideIt) {
  PrepareSettings settings = by("recbole", real_ratings);
  settings.split = "time";
  EXPECT_EQ(complaint(settings), "--protocol recbole decides --split; leave that out");
  settings = by("liang", real_ratings);
  settings.seed = 7;
  EXPECT_EQ(complaint(settings), "--protocol liang decides --seed; leave that out");
}

}  // namespace
}  // namespace encore
