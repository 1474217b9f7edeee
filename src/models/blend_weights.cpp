// Judge every mixture once, resample the users, average the winners.
#include "models/blend_weights.h"

#include <algorithm>
#include <numeric>

#include "kernel/counter_hash.h"
#include "models/blend_model.h"
#include "models/one_process.h"

namespace encore {
namespace {

constexpr int resamples = 500;
/// Scores that are kept while mixtures are judged, in bytes; above it they are computed again for each.
constexpr double most_kept = 1.5e9;

void append_mixtures(std::vector<int>& so_far, int parts, int left, std::vector<std::vector<int>>& all) {
  if (std::ssize(so_far) == parts - 1) {
    so_far.push_back(left);
    all.push_back(so_far);
    so_far.pop_back();
    return;
  }
  for (int steps = 0; steps <= left; ++steps) {
    so_far.push_back(steps);
    append_mixtures(so_far, parts, left - steps, all);
    so_far.pop_back();
  }
}

}  // namespace

std::vector<std::vector<int>> mixtures(int parts, int steps) {
  std::vector<std::vector<int>> all;
  std::vector<int> none;
  append_mixtures(none, parts, steps, all);
  return all;
}

std::vector<double> resampled_mean(const std::vector<std::vector<int>>& ways, const std::vector<std::vector<double>>& quality) {
  const std::size_t users = quality[0].size(), parts = ways[0].size();
  const kernel::CounterHash random(42, kernel::Purpose::test_users, 0);
  std::vector<double> mean(parts, 0.0), times(users);
  const double steps = std::accumulate(ways[0].begin(), ways[0].end(), 0);
  for (std::uint64_t sample = 0; sample < resamples; ++sample) {
    std::ranges::fill(times, 0.0);
    for (std::uint64_t draw = 0; draw < users; ++draw) times[random(sample, draw) % users] += 1;
    std::size_t best = 0;
    double best_sum = -1;
    for (std::size_t way = 0; way < ways.size(); ++way) {
      const double sum = std::inner_product(times.begin(), times.end(), quality[way].begin(), 0.0);
      if (sum > best_sum) best = way, best_sum = sum;
    }
    for (std::size_t p = 0; p < parts; ++p) mean[p] += ways[best][p] / steps / resamples;
  }
  return mean;
}

std::vector<double> weights_for_validation_users(const std::vector<std::shared_ptr<const Model>>& parts, const Dataset& dataset,
                                                 int threads) {
  const auto count = static_cast<int>(parts.size());
  const std::vector<std::vector<int>> ways = mixtures(count, count <= 3 ? 10 : 5);
  const double bytes = 4.0 * static_cast<double>(ranking_users(dataset)) * static_cast<double>(dataset.items.size()) * count;
  std::vector<BlendPart> weighed;
  for (const auto& part : parts) weighed.push_back({bytes <= most_kept ? remembered_scores(part) : part, 0});
  std::vector<std::vector<double>> quality;
  for (const std::vector<int>& way : ways) {
    for (std::size_t p = 0; p < way.size(); ++p) weighed[p].weight = way[p];
    quality.push_back(validation_ndcgs(*blend_model(weighed), dataset, threads));
  }
  return resampled_mean(ways, quality);
}

}  // namespace encore
