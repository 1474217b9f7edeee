// Random numbers are those of the standard's mt19937_64, whose sequence is the same everywhere.
#include "evaluation/comparison.h"
#include <algorithm>
#include <cmath>
#include <random>

namespace encore {
namespace {

constexpr int samples = 10'000;

/// A whole number below `count`, by a multiplication: no library's own way of drawing.
std::size_t below(std::size_t count, std::mt19937_64& random) {
  return static_cast<std::size_t>(((random() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
}

void bootstrap(std::span<const double> d, Comparison& result, std::mt19937_64& random) {
  std::vector<double> means(samples);
  for (double& mean : means) {
    double sum = 0;
    for (std::size_t i = 0; i < d.size(); ++i) sum += d[below(d.size(), random)];
    mean = sum / static_cast<double>(d.size());
  }
  std::ranges::sort(means);
  result.low = means[samples / 40 - 1];
  result.high = means[samples - samples / 40];
}

void permute(std::span<const double> d, Comparison& result, std::mt19937_64& random) {
  double observed = 0, size = 0;
  for (const double one : d) observed += one, size += std::abs(one);
  // Sums of the same numbers in other signs may differ in their last bits although they are equal.
  const double reached = std::abs(observed) - 1e-12 * size;
  int as_far = 0;
  for (int sample = 0; sample < samples; ++sample) {
    double sum = 0;
    std::uint64_t signs = 0;
    for (std::size_t i = 0; i < d.size(); ++i) {
      if (i % 64 == 0) signs = random();
      sum += (signs & 1) != 0 ? d[i] : -d[i];
      signs >>= 1;
    }
    as_far += std::abs(sum) >= reached;
  }
  result.p = (1.0 + as_far) / (1.0 + samples);
}

}  // namespace

std::optional<Comparison> compared(const Metric& metric, std::span<const Share> a, std::span<const Share> b,
                                   std::uint64_t seed) {
  Comparison result;
  std::vector<double> d;
  for (std::size_t user = 0; user < a.size(); ++user) {
    const auto first = figure_of(metric, a[user]), second = figure_of(metric, b[user]);
    if (!first || !second) continue;
    result.first += *first, result.second += *second;
    d.push_back(*second - *first);
    (*second > *first ? result.wins : *second < *first ? result.losses : result.ties) += 1;
  }
  if (d.empty()) return std::nullopt;
  result.users = std::ssize(d);
  const auto users = static_cast<double>(result.users);
  result.first /= users, result.second /= users;
  for (const double one : d) result.difference += one;
  result.difference /= users;
  std::mt19937_64 random(seed);
  bootstrap(d, result, random);
  permute(d, result, random);
  result.holm = result.p;
  return result;
}

void correct_by_holm(std::span<Comparison* const> together) {
  std::vector<Comparison*> order(together.begin(), together.end());
  std::ranges::stable_sort(order, {}, &Comparison::p);
  double before = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    before = std::max(before, std::min(1.0, order[i]->p * static_cast<double>(order.size() - i)));
    order[i]->holm = before;
  }
}

}  // namespace encore
