// What models/elsa.cpp does with a batch.
#include "elsa_stepper.h"

#include "linear/elsa_step.h"
#include "training/batch_entries.h"

namespace encore::bench {

struct ElsaStepper::Rank {
  Rank(ElsaStepper& all, const BlockRun& run, int rank, std::int64_t width)
      : table(ElsaTable::initial(run.first_item(), run.last_item() - run.first_item(), all.data_.items.size(), width, all.plan_.seed)),
        step(table, run.first_block, all.plan_.block_items, all.plan_.learning.batch_size, all.world_.of(rank)),
        entries(all.data_, all.plan_.architecture, run, all.plan_.seed),
        nadam(all.plan_.learning.learning_rate) {}

  ElsaTable table;
  ElsaStep step;
  BatchEntries entries;
  Nadam nadam;
  std::vector<ElsaLike> likes;
};

ElsaStepper::ElsaStepper(const Dataset& data, const TrainingPlan& plan, std::int64_t width)
    : Steps(data, plan) {
  const auto runs = cut_into_runs(data_, plan_.block_items, plan_.shards);
  for (int r = 0; r < plan_.shards; ++r) ranks_.push_back(std::make_shared<Rank>(*this, runs[static_cast<std::size_t>(r)], r, width));
}

void ElsaStepper::step(int index, std::int64_t t) {
  Rank& rank = *ranks_[static_cast<std::size_t>(index)];
  const std::vector<std::int32_t> users = users_of(t);
  rank.entries.gather(users, 1);
  rank.likes.clear();
  for (const Entry& e : rank.entries.of_run())
    if (e.target != 0) rank.likes.push_back({e.item, e.row, e.input});
  rank.nadam.begin_step();
  const double sum = rank.step.run(rank.likes, std::ssize(users), rank.nadam);
  if (index == 0) loss_ = sum / static_cast<double>(users.size());
}

}  // namespace encore::bench
