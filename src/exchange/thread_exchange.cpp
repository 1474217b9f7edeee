// Joining in shared memory: two barriers an exchange, no copy but the result.
#include "exchange/thread_exchange.h"

#include <algorithm>

#include "exchange/array_reduction.h"

namespace encore {

class ThreadWorld::Rank final : public Exchange {
 public:
  Rank(ThreadWorld& world, int rank, int size) : world_(world), rank_(rank), size_(size) {}
  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void barrier() override { world_.barrier_.wait(); }
  void abort(std::string_view) noexcept override { world_.barrier_.abort(); }

  const float* join(Channel channel, Partials& mine) override {
    kernel::AlignedFloats& result = world_.results_[static_cast<std::size_t>(channel)];
    world_.published_[static_cast<std::size_t>(rank_)] = &mine;
    const std::int64_t units = mine.units(), floats = mine.floats();
    world_.barrier_.wait([&] {
      world_.partials_.clear();
      for (Partials* one : world_.published_)
        world_.partials_.insert(world_.partials_.end(), one->list().begin(), one->list().end());
      world_.plan_ = join_plan(world_.partials_);
      if (result.size() < static_cast<std::size_t>(units * floats))
        result.resize(static_cast<std::size_t>(units * floats));
    });
    const std::vector<Partial*>& all = world_.partials_;
    for (std::int64_t unit = units * rank_ / size_; unit < units * (rank_ + 1) / size_; ++unit) {
      for (const auto& [left, right] : world_.plan_)
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

  const std::vector<std::vector<std::byte>>& gather(std::span<const std::byte> mine) override {
    world_.offered_[static_cast<std::size_t>(rank_)] = mine;
    world_.barrier_.wait([&] {
      world_.gathered_.clear();
      for (const auto& one : world_.offered_) world_.gathered_.emplace_back(one.begin(), one.end());
    });
    return world_.gathered_;
  }

  void reduce(std::span<float> values, Reduction reduction) override {
    world_.arrays_[static_cast<std::size_t>(rank_)] = values;
    world_.reductions_[static_cast<std::size_t>(rank_)] = reduction;
    world_.barrier_.wait();
    const auto r = static_cast<std::size_t>(rank_), size = static_cast<std::size_t>(size_);
    reduce_here(world_.arrays_, world_.reductions_, values.size() * r / size, values.size() * (r + 1) / size);
    world_.barrier_.wait();
  }

 private:
  ThreadWorld& world_;
  int rank_, size_;
};

ThreadWorld::ThreadWorld(int size, int running)
    : barrier_(size, running),
      mesh_(nullptr),
      published_(static_cast<std::size_t>(size)),
      offered_(static_cast<std::size_t>(size)),
      arrays_(static_cast<std::size_t>(size)),
      reductions_(static_cast<std::size_t>(size)) {
  for (int rank = 0; rank < size; ++rank) ranks_.push_back(std::make_unique<Rank>(*this, rank, size));
}

ThreadWorld::~ThreadWorld() = default;

Exchange& ThreadWorld::of(int rank) { return *ranks_[static_cast<std::size_t>(rank)]; }

}  // namespace encore
