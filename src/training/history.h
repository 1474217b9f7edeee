// What is told of each epoch: on screen, in history.csv, in --json.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace encore {

struct EpochRecord {
  std::int64_t epoch = 0;  ///< from 1
  double train_loss = 0;
  std::optional<double> validation_loss;  ///< nothing without validation users who have an input
  std::optional<double> validation_ndcg;  ///< nothing without validation users who have something to find
  double seconds = 0;                                      ///< of training, without the validation
};

using History = std::vector<EpochRecord>;

/// `epoch,train_loss,validation_loss,validation_ndcg@100,seconds`, one line an epoch; numbers read back to the same
/// bits.
std::string to_csv(const History&);

}  // namespace encore
