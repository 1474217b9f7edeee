// Draws without replacement, by rejection.
#include "evaluation/sampled_negatives.h"

#include <algorithm>

#include "kernel/counter_hash.h"

namespace encore {

SampledNegatives::SampledNegatives(const Dataset& dataset, std::span<const std::int32_t> users, const InputRows& targets,
                                   std::span<const std::uint8_t> candidate, std::int64_t count,
                                   std::span<const std::int32_t> numbers) {
  if (count == 0) return;
  constexpr std::uint64_t apart = 99;  // from other draws of judged users
  const kernel::CounterHash hash(dataset.seed, kernel::Purpose::test_users, apart);
  const auto items = static_cast<std::uint64_t>(candidate.size());
  for (std::size_t row = 0; row < users.size(); ++row) {
    std::vector<std::uint8_t> open(candidate.begin(), candidate.end()), fits(candidate.size());
    const std::int32_t user = numbers.empty() ? users[row] : numbers[static_cast<std::size_t>(users[row])];
    for (const auto known : {dataset.ratings.items_of(users[row]), dataset.seen.items_of(users[row])})
      for (const std::int32_t item : known) open[static_cast<std::size_t>(item)] = 0;
    std::int64_t left = std::min<std::int64_t>(count, std::ranges::count_if(open, [](std::uint8_t one) { return one != 0; }));
    for (std::uint64_t draw = 0; left > 0; ++draw) {
      const std::uint64_t drawn = hash(static_cast<std::uint64_t>(user), draw) >> 32;
      const auto item = static_cast<std::size_t>((drawn * items) >> 32);
      if (open[item] == 0) continue;
      open[item] = 0, fits[item] = 1, --left;
    }
    for (auto e = static_cast<std::size_t>(targets.start[row]); e < static_cast<std::size_t>(targets.start[row + 1]); ++e)
      fits[static_cast<std::size_t>(targets.item[e])] = 1;
    fits_.push_back(std::move(fits));
  }
}

}  // namespace encore
