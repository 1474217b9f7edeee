// What a training says of its epochs: few lines however many epochs, and always the kept and the last one.
#include "commands/epoch_lines.h"

#include <gmock/gmock.h>

namespace encore {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

History epochs(std::int64_t count) {
  History history;
  for (std::int64_t e = 1; e <= count; ++e) history.push_back({.epoch = e, .train_loss = 500.0 - static_cast<double>(e)});
  return history;
}

TEST(EpochLines, AreFewHoweverManyEpochs) {
  for (const auto& [most, lines] : {std::pair{15, 15}, {16, 4}, {304, 8}, {1000, 10}}) {
    int told = 0;
    for (std::int64_t e = 1; e <= most; ++e) told += is_told_at_once(e, most) ? 1 : 0;
    EXPECT_EQ(told, lines) << most;
  }
}

TEST(EpochLines, CloseWithTheKeptAndTheLastEpoch) {
  EXPECT_EQ(closing_lines(epochs(304), 254, 1000),
            "epoch  254/1000  train loss 246.000  0.00 s\nepoch  304/1000  train loss 196.000  0.00 s\n");
  EXPECT_EQ(closing_lines(epochs(304), 200, 1000), "epoch  304/1000  train loss 196.000  0.00 s\n") << "200 was told on the way";
  EXPECT_EQ(closing_lines(epochs(200), 50, 1000), "");
  EXPECT_EQ(closing_lines(epochs(12), 7, 15), "");
  EXPECT_EQ(closing_lines({}, 0, 0), "");
}

TEST(EpochLines, LeaveOutWhatWasNotMeasured) {
  EXPECT_THAT(epoch_line({.epoch = 3, .train_loss = 1}, 10), AllOf(HasSubstr("epoch  3/10  train loss 1.00000"), Not(HasSubstr("NDCG"))));
  EXPECT_THAT(epoch_line({.epoch = 3, .train_loss = 1, .validation_loss = 2, .validation_ndcg = 0.25}, 10),
              HasSubstr("  validation loss 2.00000  NDCG@100 0.2500"));
}

}  // namespace
}  // namespace encore
