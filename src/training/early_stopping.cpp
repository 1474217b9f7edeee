// Judging a history.
#include "training/early_stopping.h"

#include <algorithm>

namespace encore {
StopOn usual_stop_on(const Architecture& architecture) {
  return predicts_ratings(architecture) ? StopOn::validation_loss : StopOn::ndcg;
}

std::int64_t epochs_of_a_round(std::int64_t training_users, std::int64_t batch_size) {
  const std::int64_t steps = std::max<std::int64_t>(1, (training_users + batch_size - 1) / batch_size);
  return (steps_a_round + steps - 1) / steps;
}

std::optional<double> worth(const EpochRecord& record, StopOn stop_on) {
  if (stop_on == StopOn::ndcg) return record.validation_ndcg;
  if (!record.validation_loss) return std::nullopt;
  return -*record.validation_loss;
}

std::int64_t best_epoch_of(const History& history, StopOn stop_on) {
  std::int64_t best = 0;
  std::optional<double> most;
  for (const EpochRecord& record : history) {
    const std::optional<double> one = worth(record, stop_on);
    if (!one || (most && *one <= *most)) continue;
    most = one, best = record.epoch;
  }
  return best;
}

bool patience_is_over(const History& history, StopOn stop_on, std::int64_t patience, std::int64_t round) {
  std::optional<double> most;
  std::int64_t improved = 0;  // place of the epoch at which the mean last rose
  const auto size = static_cast<std::int64_t>(history.size());
  for (std::int64_t end = 1; end <= size; ++end) {
    double sum = 0;
    const std::int64_t count = std::min(round, end);
    for (std::int64_t i = end - count; i < end; ++i) {
      const std::optional<double> one = worth(history[static_cast<std::size_t>(i)], stop_on);
      if (!one) return false;
      sum += *one;
    }
    const double mean = sum / static_cast<double>(count);
    if (!most || mean > *most) most = mean, improved = end;
  }
  return size > 0 && size - improved >= patience * round;
}

}  // namespace encore
