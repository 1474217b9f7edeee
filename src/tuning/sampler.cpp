// Random numbers by SplitMix64 (Steele, Lea and Flood 2014), whose sequence is the same everywhere.
#include "tuning/sampler.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace encore {
namespace {

constexpr std::size_t least_points = 4, candidates = 24;

std::size_t good_of(std::size_t trials) { return std::max<std::size_t>(1, (trials + 3) / 4); }

/// A mixture of normal distributions on [0, 1] around some values, and the uniform one.
class Density {
 public:
  explicit Density(std::vector<double> centres) : centres_(std::move(centres)) {
    std::ranges::sort(centres_);
    const double least = 1.0 / (1.0 + static_cast<double>(centres_.size()));
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      const double left = centres_[i] - (i > 0 ? centres_[i - 1] : 0.0);
      const double right = (i + 1 < centres_.size() ? centres_[i + 1] : 1.0) - centres_[i];
      widths_.push_back(std::clamp(std::max(left, right), std::min(0.5, least / 2), 0.5));
    }
  }
  double draw(SearchRandom& random) const {
    const auto which = static_cast<std::size_t>(random.uniform() * static_cast<double>(centres_.size() + 1));
    if (which >= centres_.size()) return random.uniform();
    for (int attempt = 0; attempt < 100; ++attempt) {
      const double value = centres_[which] + widths_[which] * random.normal();
      if (value >= 0 && value < 1) return value;
    }
    return centres_[which];
  }
  double at(double value) const {
    double sum = 1;  // the uniform part
    for (std::size_t i = 0; i < centres_.size(); ++i) {
      const double z = (value - centres_[i]) / widths_[i], scale = widths_[i] * std::numbers::sqrt2;
      const double inside = 0.5 * (std::erf((1 - centres_[i]) / scale) - std::erf(-centres_[i] / scale));
      sum += std::exp(-0.5 * z * z) / (widths_[i] * std::sqrt(2 * std::numbers::pi) * inside);
    }
    return sum / static_cast<double>(centres_.size() + 1);
  }

 private:
  std::vector<double> centres_, widths_;
};

}  // namespace

double SearchRandom::uniform() {
  return static_cast<double>(hash_(drawn_++, 0) >> 11) * 0x1p-53;
}

double SearchRandom::normal() {
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::vector<double> random_point(std::size_t dimensions, SearchRandom& random) {
  std::vector<double> point(dimensions);
  for (double& one : point) one = random.uniform();
  return point;
}

std::vector<double> tpe_point(std::span<const std::vector<double>> points, std::size_t dimensions, SearchRandom& random) {
  if (points.size() < least_points) return random_point(dimensions, random);
  const std::size_t good = good_of(points.size());
  std::vector<Density> of_good, of_others;
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::vector<double> first, rest;
    for (std::size_t i = 0; i < points.size(); ++i) (i < good ? first : rest).push_back(points[i][d]);
    of_good.emplace_back(std::move(first)), of_others.emplace_back(std::move(rest));
  }
  std::vector<double> best;
  double most = 0;
  for (std::size_t c = 0; c < candidates; ++c) {
    std::vector<double> point(dimensions);
    double gain = 0;
    for (std::size_t d = 0; d < dimensions; ++d) {
      point[d] = of_good[d].draw(random);
      gain += std::log(of_good[d].at(point[d])) - std::log(of_others[d].at(point[d]));
    }
    if (best.empty() || gain > most) best = std::move(point), most = gain;
  }
  return best;
}

std::size_t tpe_choice(std::span<const std::size_t> tried, std::size_t kinds, SearchRandom& random) {
  std::vector<double> weight(kinds, 1);
  const std::size_t good = tried.empty() ? 0 : good_of(tried.size());
  for (std::size_t i = 0; i < good; ++i) weight[tried[i]] += 1;
  double at = random.uniform() * static_cast<double>(good + kinds);
  for (std::size_t k = 0; k + 1 < kinds; ++k) {
    if (at < weight[k]) return k;
    at -= weight[k];
  }
  return kinds - 1;
}

}  // namespace encore
