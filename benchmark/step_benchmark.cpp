// One training step, whole: gather, three exchanges, products, loss, Adam of every weight. Shapes are the study's
// subsets; the counter GFLOP/s counts the three products of the output layer only, as a bound would.
#include <benchmark/benchmark.h>

#include <thread>

#include "exchange/thread_exchange.h"
#include "made_up_ratings.h"
#include "training/shard_step.h"
#include "training/warm_start.h"

namespace encore {
namespace {

/// Trains `shards` ranks in step; the caller is rank 0.
class Stepper {
 public:
  Stepper(const Dataset& data, const TrainingPlan& plan)
      : data_(data), plan_(plan), state_(fresh_state(plan, data)), world_(plan.shards, plan.shards) {}

  void run(benchmark::State& timing) {
    const auto runs = cut_into_runs(data_, plan_.block_items, plan_.shards);
    std::atomic<bool> more{true};
    const auto rank = [&](int r) {
      WorkerState& worker = state_.workers[0];
      Autoencoder hidden = worker.network;
      Moments moments = worker.moments;
      const kernel::Kernels& cpu = kernel::device_named("cpu");
      ShardStep step(data_, worker.network, hidden, runs[static_cast<std::size_t>(r)], plan_.learning.batch_size, 1,
                     world_.of(r), cpu, plan_.precision);
      AdamUpdate adam(worker.network, hidden, worker.moments, moments, plan_.adam(), cpu);
      std::vector<std::int32_t> users(static_cast<std::size_t>(plan_.learning.batch_size));
      for (std::int64_t t = 1;; ++t) {
        for (std::size_t i = 0; i < users.size(); ++i)
          users[i] = static_cast<std::int32_t>((static_cast<std::size_t>(t) * users.size() + i) %
                                               static_cast<std::size_t>(data_.users.size()));
        if (r == 0) more = timing.KeepRunning();
        world_.of(r).barrier();
        if (!more) return;
        adam.begin_step(t);
        step.run(users, 1, adam);
        if (t % 64 == 0) step.settle(adam);  // oftener than an epoch does, so that no work is left out of the time
      }
    };
    std::vector<std::jthread> others;
    for (int r = 1; r < plan_.shards; ++r) others.emplace_back(rank, r);
    rank(0);
  }

 private:
  const Dataset& data_;
  const TrainingPlan& plan_;
  TrainingState state_;
  ThreadWorld world_;
};

void step(benchmark::State& timing, const std::string& model, std::int32_t items, double per_user, std::int64_t batch,
          int shards, Precision precision) {
  const Dataset data = benchmark_data::made_up(items, 8000, per_user);
  TrainingPlan plan;
  plan.architecture = named_model(model).architecture;
  plan.learning = named_model(model).training;
  plan.learning.batch_size = batch;
  plan.shards = plan.threads = shards;
  plan.precision = precision;
  Stepper(data, plan).run(timing);
  const double products = 3 * 2.0 * static_cast<double>(batch) * static_cast<double>(items) *
                          static_cast<double>(plan.architecture.hidden.back() + 1);
  timing.counters["GFLOP/s"] = benchmark::Counter(products * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

/// The processor's own rate for one thread and bfloat16: the same product as below, in pairs along the sum.
void product_of_pairs(benchmark::State& timing) {
  std::vector<kernel::BfloatPair, kernel::AlignedAllocator<kernel::BfloatPair>> a(128 * 80, {0x3F00, 0x3F00}),
      b(76 * 64, {0x3E80, 0x3E80});
  kernel::AlignedFloats c(128 * 64);
  for (auto _ : timing) {
    kernel::device_named("cpu").multiply_pairs({128, 64, 76, a.data(), 80, 1, b.data(), 64, c.data(), 64});
    benchmark::DoNotOptimize(c.data());
  }
  timing.counters["GFLOP/s"] = benchmark::Counter(2e-9 * 128 * 64 * 152, benchmark::Counter::kIsIterationInvariantRate);
}

/// The processor's own rate for one thread: a product of the size of a block, again and again.
void product(benchmark::State& timing) {
  kernel::AlignedFloats a(128 * 160, 0.5F), b(151 * 64, 0.25F), c(128 * 64);
  for (auto _ : timing) {
    kernel::device_named("cpu").multiply({128, 64, 151, a.data(), 160, 1, b.data(), 64, c.data(), 64});
    benchmark::DoNotOptimize(c.data());
  }
  timing.counters["GFLOP/s"] = benchmark::Counter(2e-9 * 128 * 64 * 151, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

void register_steps() {
  benchmark::RegisterBenchmark("product of a block, 1 thread", product);
  benchmark::RegisterBenchmark("product of a block in bf16, 1 thread", product_of_pairs);
  struct Shape {
    std::int32_t items;
    double per_user;
  };
  for (const Shape shape : {Shape{2821, 7.3}, {6271, 12.6}, {10691, 20}, {59047, 154}}) {
    for (const auto& [model, batch] : {std::pair{"reference", 64}, {"mult-dae", 100}}) {
      for (const Precision precision : {Precision::f32, Precision::bf16}) {
        for (const int shards : {1, 2}) {
          std::string name = std::string("step/") + model + "/items:" + std::to_string(shape.items) +
                             "/batch:" + std::to_string(batch) + "/shards:" + std::to_string(shards);
          if (precision != Precision::f32) name += "/precision:" + std::string(name_of(precision));
          const auto body = [=, model = std::string(model), batch = batch](benchmark::State& timing) {
            step(timing, model, shape.items, shape.per_user, batch, shards, precision);
          };
          benchmark::RegisterBenchmark(name.c_str(), body)->Unit(benchmark::kMillisecond)->UseRealTime();
        }
      }
    }
  }
}

}  // namespace encore

int main(int argc, char** argv) {
  encore::register_steps();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
