// Judging behind the C interface: rules, the sums of some users, the figures that follow from all sums, and models beside each other.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>
#include "c_api/arrow_batch.h"
#include "c_api/encore.h"
#include "c_api/guard.h"
#include "c_api/model_handle.h"
#include "evaluation/comparison.h"
#include "evaluation/figures.h"
#include "evaluation/ranking.h"
#include "evaluation/sums.h"

struct encore_rules {
  encore::RankingRules rules;  ///< without what depends on the users
  std::vector<std::string> by;  ///< slices as they were asked for: "popularity", "history", the names of conditions
  std::vector<std::int64_t> depths;  ///< the different k of metrics of all lists together
  std::vector<std::int64_t> training_ratings, liked_ratings;  ///< [M]
  std::uint64_t seed = 0;

  std::int64_t items() const { return std::ssize(training_ratings); }
};

namespace encore::c_api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t history_slices = 4;
constexpr const char* rankings[] = {"ranking.", "popularity."};

/// The rows as a dataset whose users are all of one fold; ids and titles are empty, because no judge looks at them.
Dataset dataset_of(const encore_model& model, const encore_rules& rules, const encore_users& users, const std::int8_t* part) {
  Dataset dataset;
  const auto rows = static_cast<std::size_t>(users.rows);
  dataset.scale = model.config.model.scale;
  dataset.seed = rules.seed;
  dataset.items.training_ratings = rules.training_ratings;
  dataset.users.id.resize(rows);
  dataset.users.fold.assign(rows, Fold::test);
  if (rows == 0) return dataset;
  const auto cells = users.start[rows];
  dataset.ratings.start.assign(users.start, users.start + rows + 1);
  dataset.ratings.item.assign(users.item, users.item + cells);
  dataset.ratings.rating.assign(users.stars, users.stars + cells);
  for (std::int64_t cell = 0; part != nullptr && cell < cells; ++cell) {
    if (part[cell] < 0 || part[cell] > seen_part) throw Misuse("a part is none of 0, 1, 2, 3, 4");
    const bool seen = part[cell] == seen_part;
    if (seen) dataset.ratings.rating[static_cast<std::size_t>(cell)] = seen_without_stars;
    dataset.ratings.part.push_back(seen ? Part::none : static_cast<Part>(part[cell]));
  }
  dataset.seen = take_seen(dataset.ratings);
  return dataset;
}

struct ErrorSum {
  const char* key;
  double ReconstructionSums::*value;
};
constexpr ErrorSum error_sums[] = {{"squared", &ReconstructionSums::squared},
                                   {"squared_zero", &ReconstructionSums::squared_zero},
                                   {"squared_item_mean", &ReconstructionSums::squared_item_mean},
                                   {"squared_floor", &ReconstructionSums::squared_floor},
                                   {"rated_squared", &ReconstructionSums::rated_squared},
                                   {"rated_cells", &ReconstructionSums::rated_cells},
                                   {"held_out_squared", &ReconstructionSums::held_out_squared},
                                   {"held_out_cells", &ReconstructionSums::held_out_cells}};

template <class Number>
void add_to(Json& sums, const std::string& key, Number value) {
  sums[key] = sums.value(key, Number{}) + value;
}

/// The names of the slices, the whole not among them.
std::vector<std::string> slices_of(const encore_rules& rules) {
  std::vector<std::string> names;
  for (const RankingSlice& slice : rules.rules.slices) names.push_back(slice.name);
  return names;
}

/// Where the counts of a ranking (0 the model's, 1 popularity's), of the whole (0) or a slice, and of a depth begin.
std::size_t place_of(const encore_rules& rules, std::size_t ranking, std::size_t slice, std::int64_t k) {
  const std::size_t depth = static_cast<std::size_t>(std::ranges::find(rules.depths, k) - rules.depths.begin());
  return ((ranking * (1 + rules.rules.slices.size()) + slice) * rules.depths.size() + depth) * static_cast<std::size_t>(rules.items());
}

std::string prefix_of(std::size_t ranking, std::size_t slice) {
  return (slice == 0 ? std::string() : "slice " + std::to_string(slice) + ".") + rankings[ranking];
}

/// Shares as "ranking.ndcg@100" and the weight of who said something as "ranking.ndcg@100.weight"; of slices with "slice 1." before.
void add_ranking(const encore_rules& rules, Json& sums, std::size_t ranking, const RankingJudgement& judgement, std::int64_t* exposures) {
  for (std::size_t slice = 0; slice <= rules.rules.slices.size(); ++slice) {
    const RankingSums& found = slice == 0 ? judgement.all : judgement.slices[slice - 1];
    const std::string prefix = prefix_of(ranking, slice);
    add_to(sums, prefix + "users", found.users);
    std::vector<std::int64_t> counted;
    for (std::size_t m = 0; m < rules.rules.metrics.size(); ++m) {
      const Metric& metric = rules.rules.metrics[m];
      if (metric.kind->of_exposures == nullptr) {
        add_to(sums, prefix + metric.key, found.shares[m].sum);
        add_to(sums, prefix + metric.key + ".weight", found.shares[m].weight);
      } else if (std::ranges::find(counted, metric.k) == counted.end()) {  // coverage and Gini may look at the same lists
        counted.push_back(metric.k);
        std::int64_t* const into = exposures + place_of(rules, ranking, slice, metric.k);
        for (std::size_t item = 0; item < found.exposures[m].size(); ++item) into[item] += found.exposures[m][item];
      }
    }
  }
}

RankingQuality quality_from(const encore_rules& rules, const Json& sums, std::size_t ranking, std::size_t slice,
                            const std::int64_t* exposures, std::span<const std::uint8_t> candidate) {
  const std::string prefix = prefix_of(ranking, slice);
  RankingSums found;
  found.users = sums.value(prefix + "users", std::int64_t{0});
  for (const Metric& metric : rules.rules.metrics) {
    found.shares.push_back({sums.value(prefix + metric.key, 0.0), sums.value(prefix + metric.key + ".weight", 0.0)});
    found.exposures.emplace_back();
    if (metric.kind->of_exposures == nullptr) continue;
    const std::int64_t* const from = exposures + place_of(rules, ranking, slice, metric.k);
    found.exposures.back().assign(from, from + rules.items());
  }
  return quality_of(found, rules.rules.metrics, candidate);
}

/// The sums of a text that came from encore_model_judge; none without a text.
Json sums_in(const char* text) {
  if (text == nullptr) return Json::object();
  Json sums = Json::parse(text, nullptr, false);
  if (!sums.is_object()) throw Misuse("the sums are no JSON object");
  return sums;
}

Json object_in(const char* text, const char* what) {
  Json object = Json::parse(require(text, what), nullptr, false);
  if (!object.is_object()) throw Misuse(std::string(what) + " is no JSON object");
  return object;
}

void add_slices(encore_rules& rules, const std::uint8_t* slice_items) {
  const auto items = static_cast<std::size_t>(rules.items());
  Catalogue catalogue;
  catalogue.training_ratings = rules.training_ratings;
  for (const std::string& by : rules.by) {
    std::vector<RankingSlice> more;
    if (by == "popularity") {
      more = slices_by_popularity(catalogue);
    } else if (by == "history") {
      more = slices_by_history(Dataset{}, Fold::test, true);  // of nobody yet
    } else {
      require(slice_items, "slice_items");
      more.push_back({by, std::vector<std::uint8_t>(slice_items, slice_items + items), {}});
      slice_items += items;
    }
    std::ranges::move(more, std::back_inserter(rules.rules.slices));
  }
}

/// The rules with what depends on the users: their numbers, and who belongs to slices by history.
RankingRules rules_for(const encore_rules& rules, const Dataset& dataset, const std::int32_t* number) {
  RankingRules these = rules.rules;
  if (number != nullptr) these.numbers.assign(number, number + dataset.users.size());
  std::size_t at = 0;
  for (const std::string& by : rules.by) {
    if (by == "history") {
      std::vector<RankingSlice> of_these = slices_by_history(dataset, Fold::test, true);
      for (std::size_t slice = 0; slice < of_these.size(); ++slice) these.slices[at + slice] = std::move(of_these[slice]);
    }
    at += by == "popularity" ? 3 : by == "history" ? history_slices : 1;
  }
  return these;
}

/// What each user added, where they are wanted: users × metrics pairs of sum and weight, and how much went in and was to be found.
struct OfUsers {
  double* shares;
  std::int32_t *given, *targets;

  void put(const RankingJudgement& judgement, std::size_t ranking, std::int64_t rows, std::size_t metrics) const {
    if (shares == nullptr) return;
    double* const of_ranking = shares + 2 * metrics * ranking * static_cast<std::size_t>(rows);
    for (std::size_t at = 0; at < judgement.users.size(); ++at) {
      const auto row = static_cast<std::size_t>(judgement.users[at]);
      given[row] = judgement.given[at], targets[row] = judgement.targets[at];
      for (std::size_t m = 0; m < metrics; ++m) {
        of_ranking[2 * (row * metrics + m)] = judgement.shares[at * metrics + m].sum;
        of_ranking[2 * (row * metrics + m) + 1] = judgement.shares[at * metrics + m].weight;
      }
    }
  }
};

Json slices_json(const encore_rules& rules, const Json& sums, const std::int64_t* exposures, std::span<const std::uint8_t> candidate) {
  Json slices = Json::array();
  for (std::size_t s = 0; s < rules.rules.slices.size(); ++s) {
    const RankingSlice& slice = rules.rules.slices[s];
    std::vector<std::uint8_t> of_slice(candidate.begin(), candidate.end());
    for (std::size_t item = 0; item < slice.items.size(); ++item) of_slice[item] = of_slice[item] != 0 && slice.items[item] != 0;
    const RankingQuality ranking = quality_from(rules, sums, 0, s + 1, exposures, of_slice);
    if (ranking.users == 0 && slice.items.empty()) continue;  // a history that nobody has
    slices.push_back({{"slice", slice.name},
                      {"ranking", quality_json(ranking)},
                      {"popularity", quality_json(quality_from(rules, sums, 1, s + 1, exposures, of_slice))}});
  }
  return slices;
}

}  // namespace
}  // namespace encore::c_api

using namespace encore;         // NOLINT: what follows is C's
using namespace encore::c_api;  // NOLINT

extern "C" {

int encore_rules_new(const encore_model* model, const char* rules_json, const int64_t* training_ratings, const int64_t* liked_ratings,
                     const uint8_t* candidate, const uint8_t* slice_items, encore_rules** rules) {
  return guarded([&] {
    const Json said = object_in(rules_json, "rules_json");
    const auto items = items_of(*require(model, "model"));
    auto made = std::make_unique<encore_rules>();
    made->training_ratings.assign(require(training_ratings, "training_ratings"), training_ratings + items);
    made->liked_ratings.assign(require(liked_ratings, "liked_ratings"), liked_ratings + items);
    made->seed = said.value("seed", std::uint64_t{0});
    made->rules.negatives = said.value("negatives", std::int64_t{0});
    made->rules.hide_rated = said.value("hide_rated", false);
    made->rules.give = give_named(said.value("give", std::string("liked")));
    made->rules.metrics = usual_metrics(made->rules.negatives);
    if (said.contains("metrics")) made->rules.metrics = read_metrics(said["metrics"].get<std::string>());
    require_fit_for(made->rules.negatives, made->rules.metrics);
    if (candidate != nullptr) made->rules.candidate.assign(candidate, candidate + items);
    for (const Metric& metric : made->rules.metrics) {
      if (metric.kind->of_exposures != nullptr && std::ranges::find(made->depths, metric.k) == made->depths.end())
        made->depths.push_back(metric.k);
      if (!metric.kind->asks_items || made->rules.facts) continue;
      const auto genres = said.value("genres", std::vector<std::string>());
      if (!genres.empty() && std::ssize(genres) != items) throw Misuse("there are not as many genres as items");
      made->rules.facts = facts_of(made->training_ratings, genres, said.value("training_users", std::int64_t{0}));
    }
    made->by = said.value("slices", std::vector<std::string>());
    add_slices(*made, slice_items);
    *require(rules, "rules") = made.release();
  });
}

int encore_rules_describe(const encore_rules* rules, char** json) {
  return guarded([&] {
    Json metrics = Json::array();
    for (const Metric& metric : require(rules, "rules")->rules.metrics)
      metrics.push_back({{"key", metric.key}, {"of_users", metric.kind->of_user != nullptr}, {"root", metric.kind->root}});
    const std::size_t exposures = 2 * (1 + rules->rules.slices.size()) * rules->depths.size() * static_cast<std::size_t>(rules->items());
    *require(json, "json") = handed_out(Json{{"metrics", metrics}, {"slices", slices_of(*rules)}, {"exposures", exposures}}.dump());
  });
}

void encore_rules_free(encore_rules* rules) { delete rules; }

int encore_model_judge(const encore_model* model, const encore_rules* rules, const encore_users* users, const int32_t* number,
                       const int8_t* part, const double* item_means, int threads, char** sums_json, int64_t* exposures, double* shares,
                       int32_t* given, int32_t* targets) {
  return guarded([&] {
    require_rows(*require(model, "model"), *require(users, "users"));
    require(rules, "rules");
    const TrainedModel& trained = model->config.model;
    const Dataset dataset = dataset_of(*model, *rules, *users, part);
    Json sums = sums_in(*require(sums_json, "sums_json"));
    threads = std::max(threads, 1);
    if (item_means != nullptr) {
      const std::span<const double> means(item_means, static_cast<std::size_t>(rules->items()));
      const auto errors = reconstruction_sums(trained, dataset, Fold::test, means, threads);
      add_to(sums, "users", errors.users);
      for (const auto& sum : error_sums) add_to(sums, sum.key, errors.*sum.value);
    }
    if (part != nullptr) {
      const RankingRules these = rules_for(*rules, dataset, number);
      if (!rules->depths.empty()) require(exposures, "exposures");
      if (shares != nullptr) require(given, "given"), require(targets, "targets");
      const OfUsers of_users{shares, given, targets};
      const RankingJudgement judgements[] = {judge_ranking(trained, dataset, Fold::test, these, threads),
                                             judge_popularity(dataset, Fold::test, these, rules->liked_ratings, threads)};
      for (std::size_t ranking = 0; ranking < 2; ++ranking) {
        add_ranking(*rules, sums, ranking, judgements[ranking], exposures);
        of_users.put(judgements[ranking], ranking, users->rows, these.metrics.size());
      }
    }
    char* text = handed_out(sums.dump());
    encore_free(*sums_json);
    *sums_json = text;
  });
}

int encore_model_figures(const encore_model* model, const encore_rules* rules, const char* sums_json, const int64_t* exposures,
                         char** figures_json) {
  return guarded([&] {
    const Json sums = sums_in(require(sums_json, "sums_json"));
    const TrainedModel& trained = require(model, "model")->config.model;
    if (!require(rules, "rules")->depths.empty()) require(exposures, "exposures");
    ReconstructionSums errors;
    errors.users = sums.value("users", std::int64_t{0});
    for (const auto& sum : error_sums) errors.*sum.value = sums.value(sum.key, 0.0);
    Catalogue catalogue;
    catalogue.training_ratings = rules->training_ratings;
    const std::vector<std::uint8_t> candidate = candidates_of(rules->rules, catalogue);
    std::optional<ReconstructionErrors> found;
    if (errors.users > 0) found = errors_of(errors, *trained.model, trained.scale.maximum);
    Json figures = {{"errors", errors_json(found, true)}};
    for (std::size_t ranking = 0; ranking < 2; ++ranking) {
      const RankingQuality quality = quality_from(*rules, sums, ranking, 0, exposures, candidate);
      figures[ranking == 0 ? "ranking" : "popularity"] = quality_json(quality.users > 0 ? std::optional(quality) : std::nullopt);
    }
    const bool ranked = !figures["ranking"].is_null();
    if (!rules->by.empty()) figures["slices"] = ranked ? slices_json(*rules, sums, exposures, candidate) : Json::array();
    *require(figures_json, "figures_json") = handed_out(figures.dump());
  });
}

int encore_compare(const char* asked_json, const double* shares, int64_t users, char** comparisons_json_text) {
  return guarded([&] {
    const Json asked = object_in(asked_json, "asked_json");
    const auto names = asked.at("names").get<std::vector<std::string>>();
    const std::vector<Metric> metrics = metrics_of_lists(asked.at("metrics").get<std::string>());
    require(shares, "shares");
    std::vector<std::vector<Share>> of_models(names.size());
    for (auto& of_model : of_models)
      for (std::int64_t at = 0; at < users * std::ssize(metrics); ++at, shares += 2) of_model.push_back({shares[0], shares[1]});
    const auto rows = compared_with_the_first(names, metrics, of_models, metrics.size(), asked.at("seed").get<std::uint64_t>());
    *require(comparisons_json_text, "comparisons_json") = handed_out(comparisons_json(names.front(), rows, metrics).dump());
  });
}
}
