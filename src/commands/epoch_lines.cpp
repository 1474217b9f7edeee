// A line an epoch, for few of them.
#include "commands/epoch_lines.h"

#include <fmt/format.h>

#include "console/table.h"

namespace encore {

bool is_told_at_once(std::int64_t epoch, std::int64_t epochs) {
  constexpr std::int64_t few = 15;
  if (epochs <= few) return true;
  while (epoch % 10 == 0) epoch /= 10;
  return epoch == 1 || epoch == 2 || epoch == 5;
}

std::string epoch_line(const EpochRecord& e, std::int64_t epochs) {
  std::string line =
      fmt::format("epoch {:>{}}/{}  train loss {:#.6g}", e.epoch, std::to_string(epochs).size(), epochs, e.train_loss);
  if (e.validation_loss) line += fmt::format("  validation loss {:#.6g}", *e.validation_loss);
  if (e.validation_ndcg) line += fmt::format("  NDCG@100 {:.4f}", *e.validation_ndcg);
  return line + fmt::format("  {}\n", readable_seconds(e.seconds));
}

std::string closing_lines(const History& history, std::int64_t kept, std::int64_t epochs) {
  std::string lines;
  for (const EpochRecord& one : history) {
    const bool closes = one.epoch == kept || one.epoch == history.back().epoch;
    if (closes && !is_told_at_once(one.epoch, epochs)) lines += epoch_line(one, epochs);
  }
  return lines;
}

}  // namespace encore
