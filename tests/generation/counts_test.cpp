// The solvers of counts: popularity, activity, the split over the decades, saturation.
#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include "generation/audience.h"
#include "generation/film.h"
#include "generation/saturation.h"

namespace encore::generation {
namespace {

TEST(PopularityCurve, SumsFallsAndLeavesNobodyWithoutARating) {
  const auto counts = popularity_curve(2'821, 565'530, 20'000);
  EXPECT_NEAR(std::accumulate(counts.begin(), counts.end(), 0.0), 565'530, 60);
  EXPECT_TRUE(std::is_sorted(counts.rbegin(), counts.rend()));
  EXPECT_GE(counts.back(), 1);
  EXPECT_LE(counts.front(), 20'000);
  // A long tail: the upper tenth of the films has most of the ratings.
  EXPECT_GT(std::accumulate(counts.begin(), counts.begin() + 282, 0.0), 0.6 * 565'530);
}

TEST(PopularityCurve, EveryFilmOnceIsTheLeast) {
  for (const double count : popularity_curve(5, 5, 100)) EXPECT_NEAR(count, 1, 1e-3);
}

TEST(Activity, SumsExactlyWithinItsBounds) {
  const Shape shape = shape_of("ml-latest-small", 1);
  auto activity = draw_activity(shape, 42);
  EXPECT_EQ(std::accumulate(activity.begin(), activity.end(), std::int64_t{0}), shape.ratings);
  std::sort(activity.begin(), activity.end());
  EXPECT_GE(activity.front(), 20);
  EXPECT_LE(activity.back(), shape.most_active);
  EXPECT_NEAR(activity[305], 70, 12);  // the median of ml-latest-small is 70
}

TEST(SplitCounts, MeetsTotalAndPresence) {
  std::vector<std::int32_t> whole(4'000);
  std::vector<float> tendency(whole.size());
  for (std::size_t user = 0; user < whole.size(); ++user) {
    RandomStream random(5, Purpose::user_era, user);
    whole[user] = 20 + static_cast<std::int32_t>(random.below(200));
    tendency[user] = static_cast<float>(random.normal());
  }
  const auto part = split_counts(whole, tendency, 20'000, 2'000, 1e9, 1e9);
  EXPECT_EQ(std::accumulate(part.begin(), part.end(), std::int64_t{0}), 20'000);
  const auto present = std::count_if(part.begin(), part.end(), [](std::int32_t count) { return count > 0; });
  EXPECT_NEAR(static_cast<double>(present), 2'000, 40);
  for (std::size_t user = 0; user < whole.size(); ++user) ASSERT_TRUE(part[user] >= 0 && part[user] <= whole[user]);
}

TEST(SplitCounts, KeepsBothSidesWithinTheirLimits) {
  const std::vector<std::int32_t> whole(100, 50);
  std::vector<float> tendency(100);
  for (std::size_t user = 0; user < 100; ++user) tendency[user] = user < 50 ? -3.0F : 3.0F;
  for (const std::int32_t count : split_counts(whole, tendency, 2'500, 60, 40, 30)) {
    EXPECT_GE(count, 20);
    EXPECT_LE(count, 41);  // a limit may be passed by the rounding's one
  }
}

TEST(DrawingWeights, PopularFilmsMustBeDrawnMoreThanInProportion) {
  // 1,000 users take 4 of 8 films; one film shall be with nearly everybody.
  const std::vector<double> wanted = {900, 600, 500, 500, 500, 400, 300, 300};
  const auto weights = drawing_weights(wanted, std::vector<std::int32_t>(1'000, 4));
  EXPECT_GT(weights[0] / weights[6], 1.5 * wanted[0] / wanted[6]);
  EXPECT_TRUE(std::is_sorted(weights.rbegin(), weights.rend()));
}

TEST(DrawingWeights, RareFilmsStayInProportion) {
  std::vector<double> wanted(1'000, 2.0);
  wanted[0] = 8.0;
  const auto weights = drawing_weights(wanted, std::vector<std::int32_t>(2'006, 1));
  EXPECT_NEAR(weights[0] / weights[1], 4, 0.05);
}

}  // namespace
}  // namespace encore::generation
