// What models/elsa.cpp does with a batch.
#include "elsa_stepper.h"

#include <chrono>

#include "training/batch_entries.h"
#include "training/epoch_runner.h"

namespace encore::bench {

struct ElsaStepper::Rank {
  Rank(ElsaStepper& all, const BlockRun& run, int rank, std::int64_t width)
      : table(ElsaTable::initial(run.first_item(), run.last_item() - run.first_item(), all.data_.items.size(), width, all.plan_.seed)),
        step(table, run.first_block, all.plan_.block_items, all.plan_.learning.batch_size, all.world_.of(rank)),
        entries(all.data_, all.plan_.architecture, run, all.plan_.seed),
        nadam(all.plan_.learning.learning_rate),
        users(static_cast<std::size_t>(all.plan_.learning.batch_size)) {}

  ElsaTable table;
  ElsaStep step;
  BatchEntries entries;
  Nadam nadam;
  std::vector<std::int32_t> users;
  std::vector<ElsaLike> likes;
};

ElsaStepper::ElsaStepper(const Dataset& data, const TrainingPlan& plan, std::int64_t width)
    : data_(data), plan_(plan), world_(plan.shards, plan.threads) {
  const auto runs = cut_into_runs(data_, plan_.block_items, plan_.shards);
  for (int r = 0; r < plan_.shards; ++r) ranks_.push_back(std::make_shared<Rank>(*this, runs[static_cast<std::size_t>(r)], r, width));
}

void ElsaStepper::step(Rank& rank, std::int64_t t) {
  const std::size_t rows = rank.users.size(), all = static_cast<std::size_t>(data_.users.size());
  for (std::size_t i = 0; i < rows; ++i)
    rank.users[i] = static_cast<std::int32_t>((static_cast<std::size_t>(t - 1) * rows + i) % all);
  rank.entries.gather(rank.users, 1);
  rank.likes.clear();
  for (const Entry& e : rank.entries.of_run())
    if (e.target != 0) rank.likes.push_back({e.item, e.row, e.input});
  rank.nadam.begin_step();
  const double sum = rank.step.run(rank.likes, static_cast<std::int64_t>(rows), rank.nadam);
  if (&rank == ranks_.front().get()) loss_ = sum / static_cast<double>(rows);
}

double ElsaStepper::run(std::int64_t steps) {
  std::chrono::steady_clock::time_point began, ended;
  run_ranks(plan_.shards, [&](int r) {
    world_.of(r).barrier();
    if (r == 0) began = std::chrono::steady_clock::now();
    for (std::int64_t i = 1; i <= steps; ++i) step(*ranks_[static_cast<std::size_t>(r)], done_ + i);
    world_.of(r).barrier();
    if (r == 0) ended = std::chrono::steady_clock::now();
  });
  done_ += steps;
  return std::chrono::duration<double>(ended - began).count();
}

}  // namespace encore::bench
