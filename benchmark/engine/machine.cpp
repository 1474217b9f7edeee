// What this machine can do at most: fused multiply-adds in registers, and bytes to and from memory, by one thread and
// by several. The bounds of a step are reckoned from these.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "command.h"
#include "kernel/aligned.h"
#include "kernel/kernels.h"

namespace encore::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// The fastest of several trials; in each, all threads do `work` (with their number) between two barriers.
double best_seconds(int threads, int trials, const std::function<void(int)>& work) {
  double best = 1e30;
  std::barrier gate(threads);
  const auto body = [&](int thread) {
    for (int trial = 0; trial < trials; ++trial) {
      gate.arrive_and_wait();
      const auto began = Clock::now();
      work(thread);
      gate.arrive_and_wait();
      if (thread == 0) best = std::min(best, std::chrono::duration<double>(Clock::now() - began).count());
    }
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads; ++thread) others.emplace_back(body, thread);
  body(0);
  others.clear();
  return best;
}

template <class Body>
void keep(const Body& value) {
  asm volatile("" : : "m"(value) : "memory");
}

#if defined(__x86_64__)
#define ENCORE_BENCH_WIDEST __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define ENCORE_BENCH_WIDEST
#endif

/// Vectors as wide as registers: the compiler splits wider ones by way of memory.
using Lanes8 = float __attribute__((vector_size(32)));
using Lanes16 = float __attribute__((vector_size(64)));

/// CMakeLists.txt lets the compiler fuse in this file: 12 chains that do not wait for one another, more than any
/// processor's latency × width; 2 operations a lane each.
constexpr int chains = 12;
template <class Lanes>
[[gnu::always_inline]] inline void multiply_add(std::int64_t rounds, float* out) {
  constexpr std::size_t lanes = sizeof(Lanes) / sizeof(float);
  Lanes sum[chains], factor, offset;
  for (std::size_t lane = 0; lane < lanes; ++lane) factor[lane] = 0.999F, offset[lane] = 1e-3F;
  for (Lanes& one : sum) one = offset;
  for (std::int64_t round = 0; round < rounds; ++round) {
    for (int chain = 0; chain < chains; ++chain) sum[chain] = sum[chain] * factor + offset;
  }
  for (int chain = 1; chain < chains; ++chain) sum[0] += sum[chain];
  for (std::size_t lane = 0; lane < lanes; ++lane) out[lane] = sum[0][lane];
}

ENCORE_BENCH_WIDEST void multiply_add_8(std::int64_t rounds, float* out) { multiply_add<Lanes8>(rounds, out); }
ENCORE_BENCH_WIDEST void multiply_add_16(std::int64_t rounds, float* out) { multiply_add<Lanes16>(rounds, out); }

double peak_gflops(int threads) {
  constexpr std::int64_t rounds = 4'000'000;
  std::vector<std::vector<float>> results(static_cast<std::size_t>(threads), std::vector<float>(16));
  const auto gflops = [&](int lanes, void (*work)(std::int64_t, float*)) {
    const double seconds =
        best_seconds(threads, 7, [&](int thread) { work(rounds, results[static_cast<std::size_t>(thread)].data()); });
    return 2e-9 * lanes * chains * rounds * threads / seconds;
  };
  return std::max(gflops(8, multiply_add_8), gflops(16, multiply_add_16));
}

/// The rate of the engine's own product on a block that lies in the cache.
double product_gflops(int threads) {
  constexpr int products = 2000;
  const auto& cpu = kernel::device_named("cpu");
  const double seconds = best_seconds(threads, 7, [&](int) {
    kernel::AlignedFloats a(128 * 160, 0.5F), b(151 * 64, 0.25F), c(128 * 64);
    for (int i = 0; i < products; ++i) {
      cpu.multiply({128, 64, 151, a.data(), 160, 1, b.data(), 64, c.data(), 64});
      keep(c.data());
    }
  });
  return 2e-9 * 128 * 64 * 151 * products * threads / seconds;
}

/// Bytes a second of x ← x + 1 over arrays much larger than any cache: each float is read and written, as weights and
/// moments are.
ENCORE_BENCH_WIDEST void sweep(float* values, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) values[i] += 1;
}

double sweep_gigabytes(int threads, std::int64_t bytes) {
  const std::int64_t floats = bytes / 4 / threads / 16 * 16;
  std::vector<kernel::AlignedFloats> arrays;
  for (int thread = 0; thread < threads; ++thread) arrays.emplace_back(static_cast<std::size_t>(floats), 1.0F);
  const double seconds = best_seconds(threads, 9, [&](int thread) {
    float* values = arrays[static_cast<std::size_t>(thread)].data();
    sweep(values, floats);
    keep(values);
  });
  return 8e-9 * static_cast<double>(floats) * threads / seconds;
}

void measure(int most_threads, std::int64_t bytes) {
  fmt::print("{{\"instructions\": \"{}\", \"threads\": [", kernel::instruction_set());
  for (int threads = 1; threads <= most_threads; ++threads)
    fmt::print(
        "{}{{\"threads\": {}, \"peak_gflops\": {:.1f}, \"product_gflops\": {:.1f}, \"gigabytes_a_second\": {:.2f}}}",
        threads > 1 ? ", " : "", threads, peak_gflops(threads), product_gflops(threads),
        sweep_gigabytes(threads, bytes));
  fmt::print("]}}\n");
}

}  // namespace

void add_machine(CLI::App& app) {
  CLI::App* command = app.add_subcommand("machine", "rate of fused multiply-adds and of memory, by 1 … N threads");
  const auto threads = std::make_shared<int>(2);
  const auto megabytes = std::make_shared<std::int64_t>(512);
  command->add_option("--threads", *threads, "most threads")->capture_default_str();
  command->add_option("--megabytes", *megabytes, "of the arrays that are swept")->capture_default_str();
  command->callback([=] { measure(*threads, *megabytes * 1'000'000); });
}

}  // namespace encore::bench
