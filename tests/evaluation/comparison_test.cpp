// Paired comparisons against numbers by hand and exact probabilities.
#include "evaluation/comparison.h"
#include <gmock/gmock.h>

namespace encore {
namespace {

const Metric ndcg = read_metrics("ndcg@10")[0];

std::vector<Share> shares(const std::vector<double>& values) {
  std::vector<Share> shares;
  for (const double value : values) shares.push_back({value, 1});
  return shares;
}

TEST(Comparison, CountsWinsAndAgreesWithExactProbabilities) {
  const auto found = compared(ndcg, shares({0, 0.25, 0.5, 0.5}), shares({0.5, 0.75, 1, 1}), 42).value();
  EXPECT_EQ(found.users, 4);
  EXPECT_EQ(found.difference, 0.5);
  EXPECT_EQ(found.low, 0.5);
  EXPECT_EQ(found.high, 0.5);
  EXPECT_EQ(found.wins, 4);
  EXPECT_NEAR(found.p, 2.0 / 16, 0.01);  // all signs plus or all minus
}

TEST(Comparison, OfTheSameRankingIsNothing) {
  const auto found = compared(ndcg, shares({0.1, 0.7, 0.3}), shares({0.1, 0.7, 0.3}), 42).value();
  EXPECT_EQ(found.difference, 0);
  EXPECT_EQ(found.p, 1);
  EXPECT_EQ(found.ties, 3);
}

TEST(Comparison, LeavesOutWhomAMetricSaysNothingOf) {
  auto a = shares({0.1, 0.7, 0.3}), b = shares({0.2, 0.7, 0.3});
  a[2].weight = 0;
  b[2].sum = 100;
  EXPECT_EQ(compared(ndcg, a, b, 1).value().users, 2);
  a[0].weight = a[1].weight = 0;
  EXPECT_FALSE(compared(ndcg, a, b, 1).has_value());
}

TEST(Comparison, IntervalAndProbabilityAreThoseOfANormalMean) {
  // 400 differences of ±1 around 0.1: standard error 0.04975, z = 2.01, p = 0.044.
  std::vector<double> a, b;
  for (int i = 0; i < 400; ++i) a.push_back(0), b.push_back(i < 220 ? 1 : -1);
  const auto found = compared(ndcg, shares(a), shares(b), 42).value(), again = compared(ndcg, shares(a), shares(b), 42).value();
  EXPECT_NEAR(found.low, 0.1 - 1.96 * 0.04975, 0.01);
  EXPECT_NEAR(found.high, 0.1 + 1.96 * 0.04975, 0.01);
  EXPECT_NEAR(found.p, 0.050, 0.012);  // of an even binomial: P(|sum| ≥ 40) = 0.0510
  EXPECT_EQ(found.low, again.low);
  EXPECT_EQ(found.p, again.p);
}

TEST(Holm, MultipliesByWhatIsLeftAndNeverFalls) {
  Comparison a, b, c;
  a.p = 0.01, b.p = 0.04, c.p = 0.03;
  Comparison* const all[] = {&a, &b, &c};
  correct_by_holm(all);
  EXPECT_DOUBLE_EQ(a.holm, 0.03);
  EXPECT_DOUBLE_EQ(c.holm, 0.06);
  EXPECT_DOUBLE_EQ(b.holm, 0.06);
}

}  // namespace
}  // namespace encore
