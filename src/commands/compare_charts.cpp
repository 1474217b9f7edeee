// NDCG and recall at many k, and the first metric asked for in every slice.
#include "commands/compare_charts.h"
#include "commands/number_or_null.h"

#include <fmt/format.h>

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t depths[] = {1, 2, 5, 10, 20, 50, 100, 200};
constexpr const char* kinds[] = {"ndcg", "recall"};

/// The place of a metric among the rules' own.
std::size_t place_of(const RankingRules& rules, const std::string& key) {
  const auto found = std::ranges::find(rules.metrics, key, &Metric::key);
  return static_cast<std::size_t>(found - rules.metrics.begin());
}

}  // namespace

void add_charts(RankingRules& rules, const Dataset& dataset, Fold fold) {
  for (const char* kind : kinds) {
    for (const std::int64_t k : depths) {
      const std::string key = fmt::format("{}@{}", kind, k);
      if (place_of(rules, key) == rules.metrics.size()) rules.metrics.push_back(read_metrics(key)[0]);
    }
  }
  for (auto slices : {slices_by_popularity(dataset.items), slices_by_history(dataset, fold)})
    for (RankingSlice& slice : slices) rules.slices.push_back(std::move(slice));
}

Json charts_json(const Json& answer, std::span<const JudgedModel> models, const Dataset& dataset, std::span<const Metric> metrics) {
  Json json = {{"format", "encore-compare"}, {"version", 1}};
  json.update(answer);
  json["metric"] = metrics[0].key, json["metric_title"] = metrics[0].title;
  Json all = Json::array();
  for (const JudgedModel& model : models) {
    const std::vector<std::uint8_t> candidate = candidates_of(model.rules, dataset.items);
    const RankingQuality whole = quality_of(model.judgement.all, model.rules.metrics, candidate);
    Json curves = Json::object(), slices = Json::array();
    for (const char* kind : kinds)
      for (const std::int64_t k : depths) {
        const std::string key = fmt::format("{}@{}", kind, k);
        curves[kind].push_back({{"k", k}, {"value", number_or_null(whole.figures[place_of(model.rules, key)])}});
      }
    for (std::size_t s = 0; s < model.rules.slices.size(); ++s) {
      const RankingQuality of_slice = quality_of(model.judgement.slices[s], model.rules.metrics, candidate);
      slices.push_back({{"slice", model.rules.slices[s].name}, {"users", of_slice.users}, {"value", number_or_null(of_slice.figures[0])}});
    }
    all.push_back({{"model", model.name},
                   {"value", number_or_null(whole.figures[0])},
                   {"users", whole.users},
                   {"seconds", model.seconds},
                   {"parameters", model.parameters},
                   {"curves", curves},
                   {"slices", slices}});
  }
  json["models"] = all;
  return json;
}

}  // namespace encore
