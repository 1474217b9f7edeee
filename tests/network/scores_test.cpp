// What is gathered from the blocks of scores that pass by: single cells, the k best, the sums of a softmax; against
// plain loops.
#include <algorithm>
#include <gmock/gmock.h>
#include <limits>
#include "model/cell_scores.h"
#include "model/softmax_sums.h"
#include "network/tiny_model.h"
#include "model/top_items.h"

namespace encore {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// Scores [row][item] handed out in blocks, like a scorer does.
class Blocks {
 public:
  explicit Blocks(std::vector<std::vector<float>> scores) : scores_(std::move(scores)) {}
  void run(std::int64_t block_items, const std::function<void(const ScoreBlock&)>& visit) const {
    const auto items = std::ssize(scores_.front()), rows = std::ssize(scores_), stride = padded(rows);
    for (std::int64_t first = 0; first < items; first += block_items) {
      const std::int64_t count = std::min(block_items, items - first);
      // Lanes behind the last row hold what nobody may look at.
      kernel::AlignedFloats block(static_cast<std::size_t>(count * stride), 1000.0F);
      for (std::int64_t i = 0; i < count; ++i) {
        for (std::int64_t r = 0; r < rows; ++r) {
          block[static_cast<std::size_t>(i * stride + r)] =
              scores_[static_cast<std::size_t>(r)][static_cast<std::size_t>(first + i)];
        }
      }
      visit({first, count, rows, stride, block.data()});
    }
  }

 private:
  std::vector<std::vector<float>> scores_;
};

std::vector<std::vector<float>> many_scores(std::size_t rows, std::size_t items) {
  std::vector<std::vector<float>> scores(rows, std::vector<float>(items));
  std::uint32_t state = 12345;
  for (auto& row : scores) {
    for (float& score : row) {
      state = state * 1664525U + 1013904223U;
      score = static_cast<float>(state >> 26) / 8 - 4;  // 64 different values: many ties
    }
  }
  return scores;
}

std::vector<std::int32_t> items_of(const std::vector<ScoredItem>& list) {
  std::vector<std::int32_t> items;
  for (const auto& scored : list) items.push_back(scored.item);
  return items;
}

TEST(CellScores, PicksEachRowsOwnCells) {
  const Blocks blocks({{10, 11, 12, 13, 14}, {20, 21, 22, 23, 24}, {30, 31, 32, 33, 34}});
  InputRows cells;
  cells.start = {0, 3, 3, 4};
  cells.item = {0, 2, 4, 3};
  CellScores scores(cells);
  blocks.run(2, [&](const ScoreBlock& block) { scores.add(block); });
  EXPECT_THAT(scores.scores(), ElementsAre(10, 12, 14, 33));
}

TEST(TopItems, RanksByScoreThenByItem) {
  const Blocks blocks({{1, 5, 3, 5, 2}, {-1, -2, -1, -3, -4}});
  const std::vector<std::uint8_t> candidate(5, 1);
  TopItems top(2, 3, candidate);
  blocks.run(2, [&](const ScoreBlock& block) { top.add(block); });
  EXPECT_THAT(items_of(top.take(0)), ElementsAre(1, 3, 2));
  EXPECT_THAT(items_of(top.take(1)), ElementsAre(0, 2, 1));
}

TEST(TopItems, LeavesOutHiddenItemsAndOthersThatAreNoCandidates) {
  const Blocks blocks({{9, 8, 7, 6, 5}, {9, 8, 7, 6, 5}});
  const std::vector<std::uint8_t> candidate{1, 1, 0, 1, 1};
  InputRows hidden;
  hidden.start = {0, 2, 2};
  hidden.item = {0, 4};
  TopItems top(2, 10, candidate, &hidden);
  blocks.run(3, [&](const ScoreBlock& block) { top.add(block); });
  EXPECT_THAT(items_of(top.take(0)), ElementsAre(1, 3));  // fewer than k: what there is
  EXPECT_THAT(items_of(top.take(1)), ElementsAre(0, 1, 3, 4));
}

TEST(TopItems, NeverKeepsMinusInfinity) {
  const float never = -std::numeric_limits<float>::infinity();
  const std::vector<std::uint8_t> candidate(2, 1);
  TopItems top(1, 2, candidate);
  Blocks({{never, -1e30F}}).run(2, [&](const ScoreBlock& block) { top.add(block); });
  EXPECT_THAT(items_of(top.take(0)), ElementsAre(1));
}

TEST(TopItems, AgreesWithSortingForAnyBlockSizeAndK) {
  const auto scores = many_scores(21, 500);
  const std::vector<std::uint8_t> candidate(500, 1);
  for (const std::int64_t k : {1, 7, 100, 500, 700}) {
    for (const std::int64_t block_items : {1, 16, 128, 500}) {
      TopItems top(21, k, candidate);
      Blocks(scores).run(block_items, [&](const ScoreBlock& block) { top.add(block); });
      for (std::size_t row = 0; row < scores.size(); ++row) {
        std::vector<std::int32_t> order(500);
        for (std::int32_t i = 0; i < 500; ++i) order[static_cast<std::size_t>(i)] = i;
        std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
          return scores[row][static_cast<std::size_t>(a)] > scores[row][static_cast<std::size_t>(b)];
        });
        order.resize(static_cast<std::size_t>(std::min<std::int64_t>(k, 500)));
        ASSERT_EQ(items_of(top.take(static_cast<std::int64_t>(row))), order)
            << "k " << k << ", blocks of " << block_items << ", row " << row;
      }
    }
  }
}

TEST(SoftmaxSums, AgreeWithThePlainSoftmax) {
  auto scores = many_scores(18, 300);
  for (std::size_t i = 0; i < 300; ++i) scores[3][i] += 200;  // would overflow without the maximum
  for (std::size_t i = 0; i < 300; ++i) scores[4][i] = -0.5F * static_cast<float>(i);
  for (std::size_t i = 0; i < 300; ++i) scores[5][i] = 0.5F * static_cast<float>(i);
  for (const std::int64_t block_items : {16, 100, 300}) {
    SoftmaxSums sums(18);
    Blocks(scores).run(block_items, [&](const ScoreBlock& block) { sums.add(block); });
    for (std::size_t row = 0; row < scores.size(); ++row) {
      const double shift = *std::max_element(scores[row].begin(), scores[row].end());
      std::vector<double> logits(scores[row].begin(), scores[row].end());
      for (double& z : logits) z -= shift;
      const auto p = softmax_of(logits);
      double squares = 0;
      for (const double value : p) squares += value * value;
      const auto r = static_cast<std::int64_t>(row);
      EXPECT_THAT(sums.sum_of_squared_probabilities(r), DoubleNear(squares, 2e-6 * squares));
      for (const std::size_t item : {0U, 150U, 299U}) {
        EXPECT_THAT(sums.probability(r, scores[row][item]), DoubleNear(p[item], 2e-6 * p[item]));
        EXPECT_THAT(scores[row][item] - sums.log_sum(r), DoubleNear(std::log(p[item]), 1e-5));
      }
    }
  }
}

TEST(Scorer, AgreesWithThePlainNetwork) {
  for (const auto& named : named_models()) {
    const Autoencoder network = tiny_network(named.architecture, 75);
    InputRows rows;
    for (std::int32_t row = 0; row < 20; ++row) {
      for (std::int32_t i = row; i < 75; i += 5 + row)
        rows.item.push_back(i), rows.value.push_back(0.2F * static_cast<float>(1 + i % 5));
      if (row == 7)
        rows.item.resize(static_cast<std::size_t>(rows.start.back())),
            rows.value.resize(rows.item.size());  // an empty row
      rows.start.push_back(std::ssize(rows.item));
    }
    std::vector<std::vector<double>> expected;
    for (std::size_t row = 0; row < 20; ++row) {
      std::vector<double> dense(75);
      for (auto e = rows.start[row]; e < rows.start[row + 1]; ++e) {
        dense[static_cast<std::size_t>(rows.item[static_cast<std::size_t>(e)])] =
            rows.value[static_cast<std::size_t>(e)];
      }
      expected.push_back(plain_scores(network, dense));
    }
    std::int64_t seen = 0;
    Scorer(network, 16).run(rows, [&](const ScoreBlock& block) {
      ASSERT_EQ(block.first, seen);
      seen += block.items;
      for (std::int64_t i = 0; i < block.items; ++i) {
        for (std::int64_t row = 0; row < block.rows; ++row) {
          ASSERT_NEAR(block.score[i * block.stride + row],
                      expected[static_cast<std::size_t>(row)][static_cast<std::size_t>(block.first + i)], 1e-5)
              << named.name;
        }
      }
    });
    EXPECT_EQ(seen, 75);
  }
}

}  // namespace
}  // namespace encore
