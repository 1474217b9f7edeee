// Two rankings of the same users, user by user: how far apart, how sure, how probable by chance. Values in, values out.
//
//   difference   mean of d_u = b_u − a_u over the users of whom both say something
//   interval     from the 2.5th to the 97.5th percentile of the means of 10,000 samples of the users, drawn with
//                replacement (percentile bootstrap; Efron 1979)
//   p            (1 + number of 10,000 random changes of the signs of d whose mean is at least as far from 0) / 10,001
//                (paired permutation test; Fisher 1935, Smucker, Allan and Carterette 2007)
//   Holm         p multiplied by how many comparisons are left, in ascending order, never falling (Holm 1979)
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "evaluation/metric_table.h"

namespace encore {

struct Comparison {
  std::int64_t users = 0;  ///< of whom both say something
  double first = 0, second = 0, difference = 0;
  double low = 0, high = 0;  ///< the 95 % interval of the difference
  double p = 1, holm = 1;
  std::int64_t wins = 0, ties = 0, losses = 0;  ///< of the second
};

/// `a` and `b`: the same users in the same order. Nothing when there is no user of whom both say something. The same
/// seed gives the same bits.
std::optional<Comparison> compared(const Metric& metric, std::span<const Share> a, std::span<const Share> b,
                                   std::uint64_t seed);

/// Fills `holm` of all comparisons that are made together.
void correct_by_holm(std::span<Comparison* const> together);

/// One model against the first, by all metrics; nothing where a metric says nothing of anybody.
struct ComparedModel {
  std::string name;
  std::vector<std::optional<Comparison>> by_metric;
};
/// Metrics that can be compared user by user. Throws UserError naming one that cannot.
std::vector<Metric> metrics_of_lists(std::string_view names);
/// All models but the first, corrected together. `shares` [models][users][width] as RankingJudgement has them: the metrics are the first
/// of each user's `width`.
std::vector<ComparedModel> compared_with_the_first(std::span<const std::string> names, std::span<const Metric> metrics,
                                                   std::span<const std::vector<Share>> shares, std::size_t width, std::uint64_t seed);
/// Which is better, by the first metric.
std::string sentence_of(const std::string& first, const ComparedModel& model, const Metric& metric);
/// [{"first", "second", "metrics", "sentence"}] as `encore compare --json` has them.
nlohmann::ordered_json comparisons_json(const std::string& first, std::span<const ComparedModel> models, std::span<const Metric> metrics);

}  // namespace encore
