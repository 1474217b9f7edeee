// The weights of a blend: every mixture is judged, and few users who disagree come near to equal weights.
#include "models/blend_weights.h"
#include <gmock/gmock.h>
#include <numeric>

namespace encore {
namespace {

TEST(BlendWeights, MixturesAreAllWays) {
  EXPECT_EQ(mixtures(2, 2), (std::vector<std::vector<int>>{{0, 2}, {1, 1}, {2, 0}}));
  EXPECT_EQ(mixtures(3, 10).size(), 66U);
  EXPECT_EQ(mixtures(4, 5).size(), 56U);
  for (const auto& way : mixtures(4, 5)) EXPECT_EQ(std::accumulate(way.begin(), way.end(), 0), 5);
}

TEST(BlendWeights, AreThoseThatAllUsersWant) {
  const auto ways = mixtures(2, 10);
  std::vector<std::vector<double>> quality;
  for (const auto& way : ways) quality.emplace_back(50, -(way[0] - 7) * (way[0] - 7));
  EXPECT_THAT(resampled_mean(ways, quality), testing::ElementsAre(testing::DoubleNear(0.7, 1e-9), testing::DoubleNear(0.3, 1e-9)));
}

/// Ten users of whom six want the one part alone and four the other: a single choice would be 1 and 0.
TEST(BlendWeights, OfFewUsersWhoDisagreeAreBetween) {
  const auto ways = mixtures(2, 10);
  std::vector<std::vector<double>> quality;
  for (const auto& way : ways) {
    quality.emplace_back();
    for (int user = 0; user < 10; ++user) quality.back().push_back(way[user < 6 ? 0 : 1] / 10.0);
  }
  const auto weights = resampled_mean(ways, quality);
  EXPECT_GT(weights[0], 0.55);
  EXPECT_LT(weights[0], 0.9);
  EXPECT_NEAR(weights[0] + weights[1], 1, 1e-9);
  EXPECT_EQ(weights, resampled_mean(ways, quality));
}

}  // namespace
}  // namespace encore
