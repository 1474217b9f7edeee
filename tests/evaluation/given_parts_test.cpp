// What of a judged user goes in: the liked part alone, with most of what they rated lower, or that alone.
#include "evaluation/given_parts.h"

#include <gmock/gmock.h>

#include <cmath>

#include "evaluation/ranking.h"
#include "evaluation/tiny_dataset.h"

namespace encore {
namespace {

using testing::ElementsAre;

Dataset one_user(std::int32_t disliked) {
  DatasetMaker maker(disliked + 3);
  std::vector<DatasetMaker::Cell> cells{{0, 5, Part::given}, {1, 5, Part::target}, {2, 4, Part::hidden}};
  for (std::int32_t i = 0; i < disliked; ++i) cells.push_back({3 + i, i % 2 == 0 ? 1.0F : 3.0F});
  maker.user(Fold::test, cells);
  return maker.dataset;
}

TEST(GivenParts, LeaveWhatPrepareSplitUnlessTold) {
  const Dataset data = one_user(3);
  EXPECT_THAT(given_parts(data, 0, 0, Give::liked),
              ElementsAre(Part::given, Part::target, Part::hidden, Part::none, Part::none, Part::none));
}

TEST(GivenParts, AreFourFifthsOfWhatIsRatedLower) {
  const Dataset data = one_user(1000);
  const auto all = given_parts(data, 0, 7, Give::all), seen = given_parts(data, 0, 7, Give::seen);
  EXPECT_THAT(std::vector(all.begin(), all.begin() + 3), ElementsAre(Part::given, Part::target, Part::hidden));
  EXPECT_THAT(std::vector(seen.begin(), seen.begin() + 3), ElementsAre(Part::hidden, Part::target, Part::hidden));
  EXPECT_TRUE(std::equal(all.begin() + 3, all.end(), seen.begin() + 3)) << "the same draw for both";
  EXPECT_NEAR(static_cast<double>(std::ranges::count(all, Part::given)), 800, 50);
  EXPECT_NE(given_parts(data, 0, 8, Give::all), all) << "by the user's place in the dataset";
}

TEST(GivenParts, OfImplicitDataAreTheLikes) {
  Dataset data = one_user(20);
  data.scale.implicit = true;
  EXPECT_EQ(given_parts(data, 0, 0, Give::all), given_parts(data, 0, 0, Give::liked));
}

TEST(GivenParts, DecideWhatIsHiddenAndWhatHarms) {
  const Dataset data = one_user(10);
  RankingRules rules;
  rules.metrics = read_metrics("ndcg@100,harm@10");
  rules.candidate.assign(13, 1);
  const std::vector<std::int64_t> liked(13, 1);  // equal: in the order of the items
  const auto judged = [&](Give give) {
    rules.give = give;
    return judge_popularity(data, Fold::test, rules, liked, 1);
  };
  // Items 3, 5, 7, 9, 11 are disliked (1 star); 4, 6 … are not (3 stars). Shown: all that is neither given nor hidden.
  EXPECT_DOUBLE_EQ(judged(Give::liked).shares[1].sum, 0.5) << "1 and 3 to 12: five of the first ten";
  const auto parts = given_parts(data, 0, 0, Give::all);
  double left = 0;
  for (std::size_t i = 3; i < parts.size(); i += 2) left += parts[i] == Part::none;
  ASSERT_LT(left, 5);
  const RankingJudgement all = judged(Give::all);
  EXPECT_EQ(all.given[0], std::ranges::count(parts, Part::given));
  if (left > 0) {
    EXPECT_DOUBLE_EQ(all.shares[1].sum, left / 10);
  }
  EXPECT_EQ(judged(Give::seen).given[0], all.given[0] - 1);
}

/// What was seen without a rating: never shown, and an input of channels where more than the likes are given.
TEST(GivenParts, HideWhatWasSeenWithoutARating) {
  Dataset data = one_user(4);
  const auto users = static_cast<std::size_t>(data.users.size());
  data.items = tiny_catalogue(9);
  data.seen = {std::vector<std::int64_t>(users + 1, 2), {7, 8}};
  data.seen.start.front() = 0;
  RankingRules rules;
  rules.metrics = read_metrics("ndcg@10,coverage@10");
  rules.candidate.assign(9, 1);
  const std::vector<std::int64_t> liked(9, 1);
  for (const Give give : {Give::liked, Give::all, Give::seen}) {
    rules.give = give;
    const RankingJudgement judged = judge_popularity(data, Fold::test, rules, liked, 1);
    EXPECT_EQ(judged.all.exposures[1][7] + judged.all.exposures[1][8], 0);
    const auto parts = given_parts(data, 0, 0, give);
    EXPECT_EQ(judged.given[0], std::ranges::count(parts, Part::given) + (give == Give::liked ? 0 : 2));
  }
}

TEST(KnownRows, HoldRatingsAndSeenFilmsInTheirOrder) {
  const std::vector<std::int32_t> rated{2, 5}, seen{1, 5, 9};
  const std::vector<float> stars{4, 1};
  const std::vector<Part> parts{Part::given, Part::target};
  const KnownRow both(rated, stars, parts, seen, Part::hidden);
  EXPECT_THAT(both.item, ElementsAre(1, 2, 5, 9));
  EXPECT_THAT(both.part, ElementsAre(Part::hidden, Part::given, Part::target, Part::hidden));
  EXPECT_TRUE(std::isnan(both.stars[0]) && both.stars[2] == 1) << "the rating says more";
  const KnownRow alone({}, {}, {}, seen, Part::given);  // of a user whose ratings another process holds
  EXPECT_THAT(alone.part, ElementsAre(Part::given, Part::given, Part::given));
}

}  // namespace
}  // namespace encore
