// A row of G is a few kilobytes; the users who liked its item add their other likes to it.
#include "linear/gram.h"

#include <algorithm>

#include "kernel/parallel.h"

namespace encore {
namespace {

/// The same of likes that weigh.
void add_weighed(const LikeMatrix& likes, SquareMatrix& to, int threads) {
  kernel::parallel_for(likes.items, threads, [&](std::int64_t i) {
    float* row = to.row(i);
    for (std::int64_t place = likes.column[static_cast<std::size_t>(i)]; place < likes.column[static_cast<std::size_t>(i) + 1]; ++place) {
      const std::int32_t user = likes.user[static_cast<std::size_t>(place)];
      const auto items = likes.items_of(user);
      const float weight = likes.weight_of(user) * likes.value_in_column(place);
      const auto first = std::lower_bound(items.begin(), items.end(), static_cast<std::int32_t>(i));
      std::int64_t at = likes.row[static_cast<std::size_t>(user)] + (first - items.begin());
      for (auto j = first; j != items.end(); ++j, ++at) row[*j] += weight * likes.value_in_row(at);
    }
  });
}

}  // namespace

void add_gram(const LikeMatrix& likes, SquareMatrix& to, int threads) {
  if (!likes.value.empty()) return add_weighed(likes, to, threads);
  kernel::parallel_for(likes.items, threads, [&](std::int64_t i) {
    float* row = to.row(i);
    for (const std::int32_t user : likes.users_of(i)) {
      const auto items = likes.items_of(user);
      const float weight = likes.weight_of(user);
      for (auto j = std::lower_bound(items.begin(), items.end(), static_cast<std::int32_t>(i)); j != items.end(); ++j)
        row[*j] += weight;
    }
  });
}

}  // namespace encore
