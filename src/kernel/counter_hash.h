// Randomness by element: a number depends on (seed, purpose, epoch, two counters) and on nothing else, so threads,
// shards and workers agree without talking. Not a stream and not for secrets. The mixer is SplitMix64's (Steele et al.
// 2014).
#pragma once
#include <cstdint>

namespace encore::kernel {

enum class Purpose : std::uint64_t {
  initial_weights = 1,
  user_order = 2,
  input_dropout = 3,
  worker_split = 4,
  test_users = 5,
  latent_draw = 6,
  settings_search = 7,
  sampled_items = 8,
};

constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// A key for one purpose in one epoch (or layer); hash with two counters (user and item, row and column).
class CounterHash {
 public:
  constexpr CounterHash(std::uint64_t seed, Purpose purpose, std::uint64_t epoch)
      : key_(mix(mix(mix(seed + 0x9E3779B97F4A7C15ULL) + static_cast<std::uint64_t>(purpose)) + epoch)) {}
  constexpr std::uint64_t operator()(std::uint64_t a, std::uint64_t b) const {
    return mix(mix(key_ + a * 0x9E3779B97F4A7C15ULL) + b * 0xD1B54A32D192ED03ULL);
  }
  /// Uniform in [0, 1), 24 bits: exact in float.
  constexpr float uniform(std::uint64_t a, std::uint64_t b) const {
    return static_cast<float>((*this)(a, b) >> 40) * 0x1p-24F;
  }

 private:
  std::uint64_t key_;
};

}  // namespace encore::kernel
