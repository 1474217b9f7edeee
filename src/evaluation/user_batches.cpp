// Batches of rows_at_once users each.
#include "evaluation/user_batches.h"
#include <algorithm>
#include <mutex>
#include <numeric>
#include "kernel/parallel.h"
#include "process/interruption.h"

namespace encore {

void for_each_batch(std::span<const std::int32_t> users, int threads, const std::function<void(const UserBatch&)>& body,
                    const OnUsers& on_users) {
  std::mutex reporting;
  std::int64_t done = 0;
  constexpr std::int64_t size = rows_at_once;
  const std::int64_t batches = (std::ssize(users) + size - 1) / size;
  kernel::parallel_for(batches, threads, [&](std::int64_t batch) {
    stop_if_interrupted();
    const std::int64_t first = batch * size;
    const std::int64_t count = std::min(size, std::ssize(users) - first);
    body({first, users.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count))});
    if (!on_users) return;
    const std::lock_guard lock(reporting);
    on_users(done += count);
  });
}

InputRows whole_rows(Input input, const Dataset& dataset, const UserBatch& batch) {
  InputRows rows;
  for (const auto user : batch.users) {
    const KnownRow row(dataset.ratings.items_of(user), dataset.ratings.ratings_of(user), {}, dataset.seen.items_of(user));
    rows.add(input, dataset.scale, row.item, row.stars);
  }
  return rows;
}

InputRows rows_of_part(Input input, const Dataset& dataset, const UserBatch& batch, Part only) {
  InputRows rows;
  for (const auto user : batch.users) {
    if (dataset.ratings.part.empty()) {
      rows.add(input, dataset.scale, {}, {});
    } else {
      rows.add(input, dataset.scale, dataset.ratings.items_of(user), dataset.ratings.ratings_of(user),
               dataset.ratings.parts_of(user), only);
    }
  }
  return rows;
}

double sum_of(std::span<const double> per_user) { return std::accumulate(per_user.begin(), per_user.end(), 0.0); }

}  // namespace encore
