// Several models beside the first one: all comparisons, and what is said of them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "evaluation/comparison.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Share> shares_of(std::span<const Share> all, std::size_t metric, std::size_t width) {
  std::vector<Share> shares;
  for (std::size_t at = metric; at < all.size(); at += width) shares.push_back(all[at]);
  return shares;
}

Json json_of(const std::optional<Comparison>& found) {
  if (!found) return nullptr;
  return {{"users", found->users},
          {"first", found->first},
          {"second", found->second},
          {"difference", found->difference},
          {"interval", {found->low, found->high}},
          {"p", found->p},
          {"p_holm", found->holm},
          {"wins", found->wins},
          {"ties", found->ties},
          {"losses", found->losses}};
}

}  // namespace

std::vector<Metric> metrics_of_lists(std::string_view names) {
  std::vector<Metric> metrics = read_metrics(names);
  for (const Metric& metric : metrics)
    if (metric.kind->of_user == nullptr)
      throw UserError(fmt::format("--metrics: {} is one figure of all lists together and cannot be compared user by user", metric.key));
  return metrics;
}

std::vector<ComparedModel> compared_with_the_first(std::span<const std::string> names, std::span<const Metric> metrics,
                                                   std::span<const std::vector<Share>> shares, std::size_t width, std::uint64_t seed) {
  std::vector<ComparedModel> rows;
  for (std::size_t i = 1; i < names.size(); ++i) {
    ComparedModel row{names[i], {}};
    for (std::size_t m = 0; m < metrics.size(); ++m)
      row.by_metric.push_back(compared(metrics[m], shares_of(shares[0], m, width), shares_of(shares[i], m, width), seed));
    rows.push_back(std::move(row));
  }
  std::vector<Comparison*> together;
  for (ComparedModel& row : rows)
    for (auto& found : row.by_metric)
      if (found) together.push_back(&*found);
  correct_by_holm(together);
  return rows;
}

std::string sentence_of(const std::string& first, const ComparedModel& model, const Metric& metric) {
  const auto& found = model.by_metric.front();
  if (!found) return fmt::format("{} says nothing of these users.", metric.title);
  const double half = std::max(found->high - found->difference, found->difference - found->low);
  if (found->holm >= 0.05)
    return fmt::format("{} and {} cannot be told apart by {}: {:+.4f} \u00b1 {:.4f} (p = {:.2g}).", model.name, first, metric.title,
                       found->difference, half, found->holm);
  return fmt::format("{} is {} than {} by {:.4f} \u00b1 {:.4f} {} (p = {:.2g}).", model.name, found->difference > 0 ? "better" : "worse",
                     first, std::abs(found->difference), half, metric.title, found->holm);
}

Json comparisons_json(const std::string& first, std::span<const ComparedModel> models, std::span<const Metric> metrics) {
  Json comparisons = Json::array();
  for (const ComparedModel& model : models) {
    Json by_metric = Json::object();
    for (std::size_t m = 0; m < metrics.size(); ++m) by_metric[metrics[m].key] = json_of(model.by_metric[m]);
    comparisons.push_back(
        {{"first", first}, {"second", model.name}, {"metrics", by_metric}, {"sentence", sentence_of(first, model, metrics.front())}});
  }
  return comparisons;
}

}  // namespace encore
