// Counter-based randomness: every element (a film, a user) has a stream of its own, found from (seed, purpose, index)
// alone, so that the same seed gives the same bytes in any order and on any number of threads. Not for cryptography.
//
// A stream is SplitMix64 (Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): the n-th
// number is mix(start + n * gamma), gamma = 2^64 / golden ratio; `start` is itself the mix of seed, purpose and index.
#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>

namespace encore::generation {

/// What a stream decides. The numbers are part of the twin's bytes: never renumber, only append.
enum class Purpose : std::uint64_t {
  taste_space = 1,
  film = 2,
  film_order = 3,
  title = 4,
  user_activity = 5,
  user_era = 6,
  user_taste = 7,
  first_rater = 8,
  picks = 9,
  stars = 10,
  times = 11,
  rounding = 12,
};

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint64_t index)
      : state_(mix(mix(mix(seed + gamma) + static_cast<std::uint64_t>(purpose) * gamma) + index * gamma)) {}

  std::uint64_t next() { return mix(state_ += gamma); }

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Uniform in [0, count), count >= 1; the bias of the multiplication (count / 2^32) does not matter here.
  std::uint32_t below(std::uint32_t count) {
    return static_cast<std::uint32_t>(((next() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
  }

  /// Standard normal (Box & Muller 1958); two uniform numbers each, so that the stream advances alike for all.
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

  /// Exponential with mean 1.
  double exponential() { return -std::log(1.0 - uniform()); }

 private:
  static constexpr std::uint64_t gamma = 0x9E3779B97F4A7C15ULL;

  static std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
  }

  std::uint64_t state_;
};

}  // namespace encore::generation
