// Joining in shared memory: two barriers an exchange, no copy but the result.
#include "exchange/thread_exchange.h"

#include <algorithm>

namespace encore {

class ThreadWorld::Rank final : public Exchange {
 public:
  Rank(ThreadWorld& world, int rank, int size) : world_(world), rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void barrier() override { world_.barrier_.wait(); }
  void abort() noexcept override { world_.barrier_.abort(); }

  const float* join(Channel channel, Partials& mine) override {
    kernel::AlignedFloats& result = world_.results_[static_cast<std::size_t>(channel)];
    world_.published_[static_cast<std::size_t>(rank_)] = &mine;
    const auto needed = static_cast<std::size_t>(mine.units() * mine.floats());
    if (rank_ == 0 && result.size() < needed) result.resize(needed);  // nobody reads it before the barrier
    world_.barrier_.wait();
    std::vector<Partial*> all;
    for (Partials* one : world_.published_) all.insert(all.end(), one->list().begin(), one->list().end());
    const JoinPlan plan = join_plan(all);
    const std::int64_t units = mine.units(), floats = mine.floats();
    for (std::int64_t unit = units * rank_ / size_; unit < units * (rank_ + 1) / size_; ++unit) {
      for (const auto& [left, right] : plan)
        mine.join(*all[static_cast<std::size_t>(left)], *all[static_cast<std::size_t>(right)], unit);
      float* to = result.data() + unit * floats;
      const bool empty = all.empty() || all[0]->present[static_cast<std::size_t>(unit)] == 0;
      if (empty)
        std::fill_n(to, floats, 0.0F);
      else
        std::copy_n(all[0]->data.data() + unit * floats, floats, to);
    }
    world_.barrier_.wait();
    return result.data();
  }

 private:
  ThreadWorld& world_;
  int rank_, size_;
};

ThreadWorld::ThreadWorld(int size, int running) : barrier_(size, running), published_(static_cast<std::size_t>(size)) {
  for (int rank = 0; rank < size; ++rank) ranks_.push_back(std::make_unique<Rank>(*this, rank, size));
}

ThreadWorld::~ThreadWorld() = default;

Exchange& ThreadWorld::of(int rank) { return *ranks_[static_cast<std::size_t>(rank)]; }

}  // namespace encore
