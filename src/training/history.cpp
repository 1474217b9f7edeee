// The history as CSV.
#include "training/history.h"

#include <fmt/format.h>

namespace encore {

std::string to_csv(const History& history) {
  std::string text = "epoch,train_loss,validation_loss,validation_ndcg@100,seconds\n";
  const auto number = [](const std::optional<double>& value) {
    return value ? fmt::format("{}", *value) : std::string();
  };
  for (const EpochRecord& e : history) {
    text += fmt::format("{},{},{},{},{:.6f}\n", e.epoch, e.train_loss, number(e.validation_loss),
                        number(e.validation_ndcg), e.seconds);
  }
  return text;
}

}  // namespace encore
