// The sizes of what autoencoder.h, shard_step.h and their like allocate, added up.
#include "training/memory_need.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "console/table.h"
#include "kernel/aligned.h"
#include "network/middle.h"
#include "network/autoencoder.h"
#include "process/error.h"
#include "training/batch_entries.h"
#include "training/epoch_runner.h"
#include "training/items_runner.h"
#include "training/shard_step.h"

namespace encore {
namespace {

constexpr std::int64_t judged_at_once = 64, float_bytes = 4;

std::int64_t last_stride(const Architecture& a) { return padded(a.hidden.back() + 1); }

/// What the allocator takes for a table: whole huge pages (kernel/aligned.h), as numbers.
std::int64_t whole_pages(std::int64_t floats) {
  constexpr auto page = static_cast<std::int64_t>(kernel::huge_page) / float_bytes;
  return floats < page ? floats : (floats + page - 1) / page * page;
}

/// Numbers of a network whose tables have `items` rows.
std::int64_t floats_of_network(const Architecture& a, std::int64_t items) {
  std::int64_t floats =
      whole_pages(items * padded(a.hidden.front())) + whole_pages(items * last_stride(a)) + padded(a.hidden.front());
  for (std::size_t i = 0; i + 1 < a.hidden.size(); ++i)
    floats += a.hidden[i + 1] * padded(a.hidden[i]) + padded(a.hidden[i + 1]);
  return floats;
}

/// Numbers of a rank's buffers for `rows` users at once, when it owns `items` films, of which a step copies `stepped` if it is over a
/// sample.
std::int64_t floats_of_step(const TrainingPlan& plan, std::int64_t items, std::int64_t stepped, std::int64_t rows) {
  const Architecture& a = plan.architecture;
  const std::int64_t lanes = lanes_of_panels(rows), rows_padded = (rows + lanes - 1) / lanes * lanes;
  const std::int64_t blocks = (items + plan.block_items - 1) / plan.block_items;
  std::int64_t layers = 0, widest = 0;
  for (std::size_t i = 0; i < a.hidden.size(); ++i) {
    const std::int64_t stride = padded(a.hidden[i] + (i + 1 == a.hidden.size() ? 1 : 0));
    layers += 2 * stride, widest = std::max(widest, stride);
  }
  const bool whole_rows = a.output == OutputKind::softmax;  // else the logits of one block are enough
  const std::int64_t whole = plan.negatives > 0 ? std::min(stepped, plan.negatives) : blocks * plan.block_items;
  const std::int64_t logits = whole_rows ? std::max(whole, plan.block_items) : plan.block_items;
  // Partial sums: one for each level of the tree over the blocks, and one that is being filled.
  const std::int64_t partials = std::bit_width(static_cast<std::uint64_t>(blocks)) + 1;
  const std::int64_t sums = padded(a.hidden.front()) + row_statistics + last_stride(a) + row_statistics;
  const std::int64_t rounded = plan.precision == Precision::bf16 ? last_stride(a) : 0;
  const std::int64_t copied = plan.negatives > 0 ? stepped + plan.block_items : 0;  // rows of a sample, and their gradients
  return rows_padded * (layers + 2 * widest + logits + partials * sums + last_stride(a) + rounded) + copied * last_stride(a);
}

}  // namespace

std::int64_t rows_of_a_step(std::int64_t batch_size, std::int64_t users) {
  return std::min(batch_size, std::max(users, judged_at_once));
}

MemoryNeed memory_need(const TrainingPlan& plan, const Dataset& dataset, const ClusterWorld& world, std::int64_t batch_size) {
  const std::int64_t items = dataset.items.size(), ranks = world.local_ranks();
  const std::int64_t training = std::ssize(dataset.users_in(Fold::train)),
                     validation = std::ssize(dataset.users_in(Fold::validation));
  const bool by_items = plan.parallel == Parallel::items;
  const std::int64_t own_items = by_items ? items_of_process(dataset, plan, world).size() : items;
  const std::int64_t network = floats_of_network(plan.architecture, own_items);

  std::int64_t networks = 3 * (has_replicas(plan) ? ranks : 1);  // weights and Adam's two moments
  if (has_replicas(plan) && plan.shards > 1) ++networks;         // what they agree on
  if (plan.parallel == Parallel::async || plan.parallel == Parallel::users_step) networks += ranks;
  if (validation > 0) ++networks;  // the best epoch's
  if (plan.architecture.middle == MiddleKind::residual) ++networks;  // the encoder of before, most of all its first table
  ++networks;                      // the model that is written, or judged

  const std::int64_t users = by_items                ? std::max(training, validation)
                             : has_replicas(plan) ? (training + plan.shards - 1) / plan.shards
                                                  : training;
  const std::int64_t rows = rows_of_a_step(batch_size, users);
  const std::int64_t people = std::max<std::int64_t>(dataset.users.size(), 1);
  const std::int64_t entries = std::min(rows, people) * (dataset.ratings.size() / people + 1);
  std::int64_t step = 0;
  if (by_items) {
    const std::int64_t of_rank = (own_items + ranks - 1) / ranks;
    const std::int64_t drawn = plan.negatives * of_rank / std::max<std::int64_t>(items, 1);
    const std::int64_t stepped = plan.negatives > 0 ? std::min(of_rank, entries / ranks + drawn) : of_rank;
    for (std::int64_t r = 0; r < ranks; ++r) step += floats_of_step(plan, of_rank, stepped, rows);
  } else {
    const bool shared = plan.parallel == Parallel::users_step;
    const std::int64_t of_rank =
        shared ? rows_of_a_step((batch_size + ranks - 1) / ranks, (users + ranks - 1) / ranks) : rows;
    step = ranks * floats_of_step(plan, items, items, of_rank);
    step += std::max(plan.threads, 1) * floats_of_step(plan, items, items, judged_at_once);  // who judges them, a panel a thread
  }
  // What ranks tell one another, and the batch's ratings twice: as they come, and by film.
  step += rows * (padded(plan.architecture.hidden.front()) + last_stride(plan.architecture) + 2 * row_statistics);
  return {networks * network * float_bytes,
          step * float_bytes + 2 * entries * static_cast<std::int64_t>(sizeof(Entry))};
}

void require_memory(const TrainingPlan& plan, const Dataset& dataset, const ClusterWorld& world, std::int64_t available) {
  const std::int64_t batch = plan.learning.batch_size;
  const MemoryNeed need = memory_need(plan, dataset, world, batch);
  if (need.total() <= available) return;
  std::string advice;
  const std::int64_t rows = rows_of_a_step(batch, std::ssize(dataset.users_in(Fold::train)));
  std::int64_t smaller = std::int64_t{1} << (std::bit_width(static_cast<std::uint64_t>(rows)) - 1);
  for (; smaller >= 1 && advice.empty(); smaller /= 2) {
    const MemoryNeed then = smaller < rows ? memory_need(plan, dataset, world, smaller) : need;
    if (then.total() > available) continue;
    advice = fmt::format("--batch-size {} needs {}", smaller, readable_bytes(then.total()));
  }
  if (advice.empty() && (has_replicas(plan) || plan.parallel == Parallel::users_step) && world.local_ranks() > 1)
    advice = "with fewer --shards there are fewer copies of the network, and --parallel items has one";
  if (advice.empty()) advice = "take narrower --hidden layers, or prepare with --min-item-ratings so that fewer films are left";
  throw UserError(fmt::format("this training needs {} of memory ({} for weights, moments and their copies, {} for a batch of {} "
                              "users), and there are {}; {}",
                              readable_bytes(need.total()), readable_bytes(need.models), readable_bytes(need.step),
                              with_thousands(rows), readable_bytes(available), advice));
}

}  // namespace encore
