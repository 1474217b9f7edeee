// A row of G is a few kilobytes; the users who liked its item add their other likes to it.
#include "linear/gram.h"

#include <algorithm>

#include "kernel/parallel.h"

namespace encore {

void add_gram(const LikeMatrix& likes, SquareMatrix& to, int threads) {
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
