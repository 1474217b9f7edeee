// When a history says stop, by hand.
#include "training/early_stopping.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

History of_ndcg(const std::vector<double>& values) {
  History history;
  for (const double value : values) {
    history.push_back({.epoch = static_cast<std::int64_t>(history.size()) + 1,
                       .train_loss = 1,
                       .validation_loss = 1 - value,
                       .validation_ndcg = value});
  }
  return history;
}

TEST(EarlyStopping, counts_a_round_in_steps) {
  EXPECT_EQ(epochs_of_a_round(437, 100), 10);    // 5 steps an epoch
  EXPECT_EQ(epochs_of_a_round(4832, 100), 2);    // 49
  EXPECT_EQ(epochs_of_a_round(5000, 100), 1);    // 50
  EXPECT_EQ(epochs_of_a_round(100'000, 1), 1);
  EXPECT_EQ(epochs_of_a_round(3, 1000), 50);     // one
}

TEST(EarlyStopping, waits_for_rounds_without_a_better_mean) {
  const History up_and_down = of_ndcg({.1, .3, .2, .25, .2, .24, .2});
  EXPECT_FALSE(patience_is_over(of_ndcg({.1, .3, .2}), StopOn::ndcg, 2, 1));
  EXPECT_TRUE(patience_is_over(of_ndcg({.1, .3, .2, .29}), StopOn::ndcg, 2, 1));
  // Means of two: .1, .2, .25, .225, .225, .22, .22: the third is the best, and 4 epochs are 2 rounds.
  EXPECT_TRUE(patience_is_over(up_and_down, StopOn::ndcg, 2, 2));
  EXPECT_FALSE(patience_is_over(up_and_down, StopOn::ndcg, 3, 2));
  EXPECT_TRUE(patience_is_over(up_and_down, StopOn::validation_loss, 2, 2));
  EXPECT_FALSE(patience_is_over({}, StopOn::ndcg, 1, 1));
}

TEST(EarlyStopping, takes_the_first_of_the_best_epochs) {
  EXPECT_EQ(best_epoch_of(of_ndcg({.1, .3, .2, .3}), StopOn::ndcg), 2);
  EXPECT_EQ(best_epoch_of(of_ndcg({.1, .3, .2, .4}), StopOn::validation_loss), 4);
  History unmeasured = of_ndcg({.1, .2});
  for (EpochRecord& one : unmeasured) one.validation_ndcg.reset();
  EXPECT_EQ(best_epoch_of(unmeasured, StopOn::ndcg), 0);
  EXPECT_FALSE(patience_is_over(unmeasured, StopOn::ndcg, 1, 1));
}

}  // namespace
}  // namespace encore
