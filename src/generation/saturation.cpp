// Films and users are put into classes of nearly equal counts (an eighth of an e-fold wide); weights of the film
// classes and times of the user classes are then solved for in turn, each by bisection.
#include "generation/saturation.h"
#include <array>
#include <cmath>
#include <map>

namespace encore::generation {
namespace {

struct Class {
  double members = 0, sum = 0;
  double solved = 1;  ///< weight of a film class, time of a user class
  double mean() const { return sum / members; }
};

using Classes = std::map<int, Class>;

int class_of(double count) { return static_cast<int>(std::lround(8 * std::log(count))); }

/// 1 - exp(-x m), averaged over a log-normal m of mean 1 and deviation 1 of its logarithm (five equally likely values).
double chance(double x) {
  static const std::array<double, 5> multiples = [] {
    std::array<double, 5> values = {-1.2816, -0.5244, 0.0, 0.5244,
                                    1.2816};  // quantiles .1, .3, .5, .7, .9 of the normal
    double sum = 0;
    for (double& value : values) sum += value = std::exp(value);
    for (double& value : values) value *= 5 / sum;
    return values;
  }();
  double sum = 0;
  for (const double multiple : multiples) sum -= std::expm1(-x * multiple);
  return sum / 5;
}

/// Solves for each of `these`: the chances over all members of `others` sum to the class' own mean count.
void solve(Classes& these, const Classes& others) {
  for (auto& [key, own] : these) {
    double low = -40, high = 40;  // logarithms
    for (int round = 0; round < 32; ++round) {
      const double middle = (low + high) / 2, candidate = std::exp(middle);
      double sum = 0;
      for (const auto& [other_key, other] : others) sum += other.members * chance(candidate * other.solved);
      (sum < own.mean() ? low : high) = middle;
    }
    own.solved = std::exp((low + high) / 2);
  }
}

}  // namespace

std::vector<double> drawing_weights(const std::vector<double>& wanted, const std::vector<std::int32_t>& taken) {
  Classes films, users;
  const auto add = [](Classes& classes, double count) {
    Class& own = classes[class_of(count)];
    own.members += 1;
    own.sum += count;
  };
  for (const double count : wanted) add(films, count);
  for (const std::int32_t count : taken)
    if (count > 0) add(users, count);
  double sum = 0;
  for (const auto& [key, film] : films) sum += film.sum;
  for (auto& [key, film] : films) film.solved = film.mean() / sum;
  for (int round = 0; round < 6; ++round) {
    solve(users, films);
    solve(films, users);
  }
  std::vector<double> weights;
  weights.reserve(wanted.size());
  for (const double count : wanted) {
    const Class& own = films[class_of(count)];
    weights.push_back(own.solved * count / own.mean());
  }
  return weights;
}

}  // namespace encore::generation
