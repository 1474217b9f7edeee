// What an exchange between processes costs on the loopback address: joins of the size of softmax statistics and of a
// hidden layer's sums, and the all-reduce of a whole network. The processes are threads, each with sockets of its own.
#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "exchange/cluster_world.h"

namespace encore {
namespace {

/// Calls `once` of rank 0 in the timed loop and of the other ranks as often as rank 0 does.
template <class Prepare>
void together(benchmark::State& timing, int processes, const Prepare& prepare) {
  std::vector<Listener> listeners;
  ClusterSettings settings;
  settings.processes = processes;
  settings.secret = "of no importance here";
  settings.timeout_seconds = 20;
  for (int p = 0; p < processes; ++p) {
    listeners.emplace_back("127.0.0.1");
    settings.addresses.push_back(listeners.back().address());
  }
  const auto world_of = [&](int process) {
    ClusterSettings own = settings;
    own.process = process;
    return std::make_unique<ClusterWorld>(std::move(listeners[static_cast<std::size_t>(process)]), own);
  };
  std::vector<std::jthread> others;
  for (int p = 1; p < processes; ++p) {
    others.emplace_back([&, p] {
      const auto world = world_of(p);
      const std::function<void()> once = prepare(world->of(0));
      try {
        for (;;) once();
      } catch (const PeerLost&) {  // rank 0 has seen enough
      }
    });
  }
  const auto world = world_of(0);
  const std::function<void()> once = prepare(world->of(0));
  for (auto _ : timing) once();
  const ExchangeTimes times = world->times();
  timing.counters["waiting"] = times.waiting_seconds / times.seconds;
}

void join(benchmark::State& timing) {
  const std::int64_t units = timing.range(1) / 16;
  together(timing, static_cast<int>(timing.range(0)), [&](Exchange& exchange) {
    auto partials = std::make_shared<Partials>(kernel::device_named("cpu"), Join::sum, units, 16);
    return [&exchange, partials, units] {
      partials->start(units);
      partials->open(exchange.rank());
      for (std::int64_t unit = 0; unit < units; ++unit) *partials->touch(unit) = 1;
      partials->close();
      benchmark::DoNotOptimize(exchange.join(Channel::first_sums, *partials));
    };
  });
}

void reduce(benchmark::State& timing) {
  const auto floats = static_cast<std::size_t>(timing.range(1));
  together(timing, static_cast<int>(timing.range(0)), [&](Exchange& exchange) {
    auto values = std::make_shared<std::vector<float>>(floats, 1.0F);
    return [&exchange, values] { exchange.reduce(*values, Reduction::weighted_mean(1.0 / exchange.size())); };
  });
}

BENCHMARK(join)
    ->ArgNames({"processes", "floats"})
    ->ArgsProduct({{2, 4}, {256, 9600}})
    ->UseRealTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(reduce)
    ->ArgNames({"processes", "floats"})
    ->ArgsProduct({{2, 4}, {3'400'000}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace encore
