// Every metric against numbers computed by hand.
#include "evaluation/metrics.h"
#include <cmath>
#include <gtest/gtest.h>

namespace encore {
namespace {

// log₂ 2 = 1, log₂ 3 = 1.58496, log₂ 4 = 2, log₂ 5 = 2.32193
constexpr double second = 0.6309297535714575, third = 0.5, fourth = 0.43067655807339306;

const std::vector<std::int32_t> ranked{7, 3, 9, 1, 4};

TEST(Recall, DividesByWhatTheListCanHold) {
  const std::vector<std::int32_t> targets{1, 3, 8};
  EXPECT_DOUBLE_EQ(recall_at(1, ranked, targets), 0);
  EXPECT_DOUBLE_EQ(recall_at(2, ranked, targets), 1.0 / 2);  // min(2, 3) = 2
  EXPECT_DOUBLE_EQ(recall_at(5, ranked, targets), 2.0 / 3);
  EXPECT_DOUBLE_EQ(recall_at(50, ranked, targets), 2.0 / 3);  // the list is shorter than k
}

TEST(Precision, DividesByK) {
  const std::vector<std::int32_t> targets{1, 3, 8};
  EXPECT_DOUBLE_EQ(precision_at(2, ranked, targets), 1.0 / 2);
  EXPECT_DOUBLE_EQ(precision_at(5, ranked, targets), 2.0 / 5);
  EXPECT_DOUBLE_EQ(precision_at(10, ranked, targets), 2.0 / 10);
}

TEST(Ndcg, HasBinaryGainsAndACutIdeal) {
  const std::vector<std::int32_t> targets{1, 3, 8};  // at ranks 4 and 2
  EXPECT_DOUBLE_EQ(ndcg_at(1, ranked, targets), 0);
  EXPECT_DOUBLE_EQ(ndcg_at(2, ranked, targets), second / (1 + second));
  EXPECT_DOUBLE_EQ(ndcg_at(5, ranked, targets), (second + fourth) / (1 + second + third));
  EXPECT_DOUBLE_EQ(ndcg_at(100, ranked, targets), (second + fourth) / (1 + second + third));
  const std::vector<std::int32_t> first_three{3, 7, 9};
  EXPECT_DOUBLE_EQ(ndcg_at(3, ranked, first_three), 1);
  EXPECT_DOUBLE_EQ(ndcg_at(2, ranked, first_three), 1);
}

TEST(Metrics, OfAnEmptyListAreZero) {
  const std::vector<std::int32_t> targets{1};
  EXPECT_DOUBLE_EQ(recall_at(20, {}, targets), 0);
  EXPECT_DOUBLE_EQ(precision_at(10, {}, targets), 0);
  EXPECT_DOUBLE_EQ(ndcg_at(100, {}, targets), 0);
}

TEST(RecallOfAll, DividesByAllTargets) {
  const std::vector<std::int32_t> targets{1, 3, 8};
  EXPECT_DOUBLE_EQ(recall_of_all_at(2, ranked, targets), 1.0 / 3);
  EXPECT_DOUBLE_EQ(recall_of_all_at(5, ranked, targets), 2.0 / 3);
}

TEST(HitAndReciprocalRank, LookForTheFirstTarget) {
  const std::vector<std::int32_t> targets{1, 3, 8};
  EXPECT_DOUBLE_EQ(hit_at(1, ranked, targets), 0);
  EXPECT_DOUBLE_EQ(hit_at(2, ranked, targets), 1);
  EXPECT_DOUBLE_EQ(reciprocal_rank_at(1, ranked, targets), 0);
  EXPECT_DOUBLE_EQ(reciprocal_rank_at(5, ranked, targets), 1.0 / 2);
}

TEST(AveragePrecision, SumsPrecisionsAtTheTargets) {
  const std::vector<std::int32_t> targets{1, 3, 8};  // at ranks 4 and 2
  EXPECT_DOUBLE_EQ(average_precision_at(2, ranked, targets), (1.0 / 2) / 2);
  EXPECT_DOUBLE_EQ(average_precision_at(5, ranked, targets), (1.0 / 2 + 2.0 / 4) / 3);
}

TEST(Novelty, IsTheMeanSurprise) {
  const std::vector<double> surprise{0, 1, 2, 3};
  EXPECT_EQ(novelty_at(2, std::vector<std::int32_t>{1, 3, 0}, surprise), 2);
  EXPECT_EQ(novelty_at(10, std::vector<std::int32_t>{1, 3, 0}, surprise), 4.0 / 3);
  EXPECT_EQ(novelty_at(2, {}, surprise), std::nullopt);
}

TEST(Diversity, IsTheMeanDistanceOfGenres) {
  const std::vector<std::vector<std::int32_t>> genres{{0, 1}, {1}, {2}, {}};
  // 0 and 1 share one of two; 2 shares nothing with them
  EXPECT_EQ(diversity_at(3, std::vector<std::int32_t>{0, 1, 2}, genres), (0.5 + 1 + 1) / 3);
  EXPECT_EQ(diversity_at(3, std::vector<std::int32_t>{0, 3, 1}, genres), 0.5);  // one film has no genre
  EXPECT_EQ(diversity_at(1, std::vector<std::int32_t>{0, 1}, genres), std::nullopt);
}

TEST(Harm, CountsWhatTheUserDislikes) {
  EXPECT_EQ(harm_at(2, ranked, std::vector<std::int32_t>{3, 5}), 0.5);
  EXPECT_EQ(harm_at(10, ranked, std::vector<std::int32_t>{3, 4, 5}), 0.2);
  EXPECT_EQ(harm_at(10, ranked, {}), std::nullopt);
}

TEST(Coverage, IsTheShareThatWasShown) {
  EXPECT_EQ(coverage_of(std::vector<std::int64_t>{0, 3, 0, 1}), 0.5);
  EXPECT_EQ(coverage_of({}), std::nullopt);
}

TEST(Gini, SaysHowUnequallyIsShown) {
  EXPECT_EQ(gini_of({2, 2, 2, 2}), 0);
  EXPECT_EQ(gini_of({0, 0, 0, 5}), 0.75);  // 1 − 1/n
  // c = 1, 2, 3: (−2·1 + 0·2 + 2·3) / (3 · 6) = 4/18
  EXPECT_EQ(gini_of({3, 1, 2}), 4.0 / 18);
  EXPECT_EQ(gini_of({0, 0}), std::nullopt);  // nothing was shown
  EXPECT_EQ(gini_of({}), std::nullopt);
}

}  // namespace
}  // namespace encore
