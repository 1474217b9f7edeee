// Where to look next in a space: anywhere, or where trials before did well. Numbers from 0 to 1 in and out; what they mean is
// search_space.h's affair.
//
//   TPE (Bergstra, Bardenet, Bengio and Kégl 2011, "Algorithms for Hyper-Parameter Optimization"): the best quarter of the trials
//   gives a density l of each option, the others a density g, both mixtures of normal distributions around the trials' values
//   with a uniform one among them; of 24 points drawn from l the one with the highest Π l/g is taken.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "kernel/counter_hash.h"

namespace encore {

/// A stream of its own for every trial of a search, the same on every machine.
class SearchRandom {
 public:
  SearchRandom(std::uint64_t seed, std::uint64_t trial) : hash_(seed, kernel::Purpose::settings_search, trial) {}
  double uniform();  ///< [0, 1)
  double normal();

 private:
  kernel::CounterHash hash_;
  std::uint64_t drawn_ = 0;
};

std::vector<double> random_point(std::size_t dimensions, SearchRandom&);

/// `points`: those tried so far, the best first, each with `dimensions` numbers. Random while there are fewer than four.
std::vector<double> tpe_point(std::span<const std::vector<double>> points, std::size_t dimensions, SearchRandom&);

/// Which of `kinds` to try next, by the same rule: `tried` are the kinds of the trials so far, the best first.
std::size_t tpe_choice(std::span<const std::size_t> tried, std::size_t kinds, SearchRandom&);

}  // namespace encore
