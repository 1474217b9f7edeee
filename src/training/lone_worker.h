// A worker that trains a replica of the whole network on users of its own, alone: what users-epoch, elephas and async
// have in common. How workers come together is theirs (replica_runner.h, async_runner.h).
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "exchange/thread_exchange.h"
#include "training/epoch_runner.h"

namespace encore {

class LoneWorker {
 public:
  /// Keeps references to the context and to `state`, whose network it trains.
  LoneWorker(TrainingContext&, WorkerState& state, std::vector<std::int32_t> users);
  std::int64_t users() const { return static_cast<std::int64_t>(users_.size()); }
  /// Its users in the order of an epoch.
  std::vector<std::int32_t> order(std::int64_t epoch) const;
  bool has_batch(std::span<const std::int32_t> order) const;
  /// Trains the state's next batch of `order` and counts it.
  void train_batch(std::span<const std::int32_t> order, std::int64_t epoch);
  /// Behind the last batch before anybody else reads the network or the moments.
  void settle() { step_->settle(*update_); }

 private:
  const TrainingContext& context_;
  const TrainingPlan& plan_;
  WorkerState& state_;
  std::vector<std::int32_t> users_;
  std::unique_ptr<ThreadWorld> alone_;
  std::unique_ptr<ShardStep> step_;
  std::unique_ptr<AdamUpdate> update_;
};

/// One worker for each rank of this process, with the users that deal_users gives it.
std::vector<LoneWorker> lone_workers(TrainingContext&);

/// The training users of each of `workers`: dealt by a seeded shuffle, sizes differ by one at most.
std::vector<std::vector<std::int32_t>> deal_users(const std::vector<std::int32_t>& users, std::uint64_t seed,
                                                  int workers);

}  // namespace encore
