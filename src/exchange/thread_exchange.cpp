// Joining in shared memory: two barriers an exchange (three with other processes), no copy but the result.
#include "exchange/thread_exchange.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "exchange/array_reduction.h"
#include "exchange/cluster_join.h"
#include "exchange/mesh.h"

namespace encore {

class ThreadWorld::Rank final : public Exchange {
 public:
  Rank(ThreadWorld& world, int local_rank)
      : world_(world),
        local_(local_rank),
        locals_(static_cast<int>(world.offered_.size())),
        first_(world.mesh_ ? world.mesh_->process() * locals_ : 0),
        size_(world.mesh_ ? world.mesh_->processes() * locals_ : locals_) {}
  int rank() const override { return first_ + local_; }
  int size() const override { return size_; }

  RankTimes times() const override { return {in_exchange_ - waiting_, waiting_}; }

  void barrier() override {
    const Stopwatch timed(in_exchange_);
    wait([&] {
      if (world_.mesh_ != nullptr) world_.mesh_->barrier();
    });
  }

  void abort(std::string_view reason) noexcept override {
    if (world_.mesh_ != nullptr) world_.mesh_->say_goodbye(rank(), reason);
    world_.barrier_.abort();
  }

  void set_step(std::int64_t epoch, std::int64_t step) noexcept override {
    if (world_.mesh_ != nullptr && local_ == 0) world_.mesh_->set_step(epoch, step);
  }

  const float* join(Channel channel, Partials& mine) override {
    const Stopwatch timed(in_exchange_);
    const std::int64_t units = mine.units(), floats = mine.floats();
    world_.offered_[static_cast<std::size_t>(local_)] = &mine;
    wait([&] { world_.collect(channel, units, floats); });
    const std::vector<Partial*>& all = world_.partials_;
    float* result = world_.results_[static_cast<std::size_t>(channel)].data();
    for (std::int64_t unit = units * local_ / locals_; unit < units * (local_ + 1) / locals_; ++unit) {
      for (const auto& [left, right] : world_.plan_)
        mine.join(*all[static_cast<std::size_t>(left)], *all[static_cast<std::size_t>(right)], unit);
      if (world_.mesh_ != nullptr) continue;
      const bool empty = all.empty() || all[0]->present[static_cast<std::size_t>(unit)] == 0;
      put(result + unit * floats, empty ? nullptr : all[0]->data.data() + unit * floats, floats);
    }
    if (world_.mesh_ != nullptr) {
      ClusterJoin& cluster = *world_.cluster_join_;
      wait([&] { cluster.exchange(channel, world_.trees_, units, floats); });
      const std::int64_t first = cluster.first_unit(), count = cluster.last_unit() - first;
      for (std::int64_t u = first + count * local_ / locals_; u < first + count * (local_ + 1) / locals_; ++u)
        put(result + u * floats, cluster.total(mine, u, scratch_), floats);
      wait([&] { cluster.share(channel, result); });
    } else {
      wait([] {});
    }
    return result;
  }

  const std::vector<std::vector<std::byte>>& gather(std::span<const std::byte> mine) override {
    const Stopwatch timed(in_exchange_);
    world_.given_[static_cast<std::size_t>(local_)] = mine;
    wait([&] { world_.gather_all(); });
    return world_.gathered_;
  }

  void reduce(std::span<float> values, Reduction reduction) override {
    const Stopwatch timed(in_exchange_);
    world_.arrays_[static_cast<std::size_t>(local_)] = values;
    world_.reductions_[static_cast<std::size_t>(local_)] = reduction;
    if (world_.mesh_ != nullptr)
      return wait([&] { reduce_between(*world_.mesh_, world_.arrays_, world_.reductions_); });
    wait([] {});
    const auto r = static_cast<std::size_t>(local_), size = static_cast<std::size_t>(locals_);
    reduce_here(world_.arrays_, world_.reductions_, values.size() * r / size, values.size() * (r + 1) / size);
    wait([] {});
  }

 private:
  /// Adds the seconds of its life.
  class Stopwatch {
   public:
    explicit Stopwatch(double& sum) : sum_(sum), began_(Clock::now()) {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() { sum_ += std::chrono::duration<double>(Clock::now() - began_).count(); }

   private:
    using Clock = std::chrono::steady_clock;
    double& sum_;
    Clock::time_point began_;
  };

  /// At the barrier; the work that the last one to arrive does for all is no waiting.
  template <class Work>
  void wait(Work work) {
    const Stopwatch timed(waiting_);
    double worked = 0;
    world_.barrier_.wait([&] {
      const Stopwatch at_work(worked);
      work();
    });
    waiting_ -= worked;
  }

  static void put(float* to, const float* from, std::int64_t floats) {
    if (from == nullptr)
      std::fill_n(to, floats, 0.0F);
    else
      std::copy_n(from, floats, to);
  }

  ThreadWorld& world_;
  const int local_, locals_, first_, size_;
  std::vector<float*> scratch_;
  double in_exchange_ = 0, waiting_ = 0;  ///< seconds; the first contains the second
};

ThreadWorld::ThreadWorld(int size, int running) : ThreadWorld(size, running, nullptr) {}

ThreadWorld::ThreadWorld(int size, int running, Mesh& mesh) : ThreadWorld(size, running, &mesh) {}

ThreadWorld::ThreadWorld(int size, int running, Mesh* mesh)
    : barrier_(size, running),
      mesh_(mesh),
      offered_(static_cast<std::size_t>(size)),
      cluster_join_(mesh ? std::make_unique<ClusterJoin>(*mesh) : nullptr),
      given_(static_cast<std::size_t>(size)),
      arrays_(static_cast<std::size_t>(size)),
      reductions_(static_cast<std::size_t>(size)) {
  for (int rank = 0; rank < size; ++rank) ranks_.push_back(std::make_unique<Rank>(*this, rank));
}

ThreadWorld::~ThreadWorld() = default;

Exchange& ThreadWorld::of(int local_rank) { return *ranks_[static_cast<std::size_t>(local_rank)]; }

/// Before a join: all partials of this process, and which of them join here.
void ThreadWorld::collect(Channel channel, std::int64_t units, std::int64_t floats) {
  partials_.clear();
  for (Partials* one : offered_) partials_.insert(partials_.end(), one->list().begin(), one->list().end());
  if (mesh_ != nullptr) {
    SubTrees trees = join_sub_trees(partials_);
    plan_ = std::move(trees.plan);
    trees_.clear();
    for (const std::int32_t root : trees.roots) trees_.push_back(partials_[static_cast<std::size_t>(root)]);
    for (const auto& [left, right] : plan_) {  // the joined unit by unit is one sub-tree of the next level
      (void)right;
      ++partials_[static_cast<std::size_t>(left)]->level;
    }
  } else {
    plan_ = join_plan(partials_);
  }
  kernel::AlignedFloats& result = results_[static_cast<std::size_t>(channel)];
  if (result.size() < static_cast<std::size_t>(units * floats)) result.resize(static_cast<std::size_t>(units * floats));
}

/// One message a process: the sizes of its ranks' bytes, then the bytes.
void ThreadWorld::gather_all() {
  const std::size_t locals = given_.size();
  const std::size_t processes = mesh_ ? static_cast<std::size_t>(mesh_->processes()) : 1;
  const std::size_t self = mesh_ ? static_cast<std::size_t>(mesh_->process()) : 0;
  gathered_.resize(processes * locals);
  for (std::size_t r = 0; r < locals; ++r) gathered_[self * locals + r].assign(given_[r].begin(), given_[r].end());
  if (mesh_ == nullptr) return;
  std::vector<std::uint64_t> sizes;
  for (const auto& one : given_) sizes.push_back(one.size());
  Pieces pieces{std::as_bytes(std::span(sizes))};
  pieces.insert(pieces.end(), given_.begin(), given_.end());
  const std::vector<Pieces> out(processes, pieces);
  std::vector<AlignedBytes> received(processes);
  std::vector<Incoming> in(processes);
  for (std::size_t p = 0; p < processes; ++p) in[p].buffer = &received[p];
  mesh_->round(Kind::gather, 0, out, in);
  for (std::size_t p = 0; p < processes; ++p) {
    if (p == self) continue;
    std::size_t at = locals * sizeof(std::uint64_t);
    if (in[p].size < at) throw std::logic_error("the ranks are out of step: a gathered message is too short");
    std::memcpy(sizes.data(), received[p].data(), at);
    for (std::size_t r = 0; r < locals; ++r) {
      if (sizes[r] > in[p].size - at)
        throw std::logic_error("the ranks are out of step: a gathered message is too short");
      const std::byte* from = received[p].data() + at;
      gathered_[p * locals + r].assign(from, from + sizes[r]);
      at += sizes[r];
    }
  }
}

}  // namespace encore
