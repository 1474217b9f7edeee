// The rows, and what their names are read as.
#include "evaluation/metric_table.h"
#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include "process/error.h"

namespace encore {
namespace {

constexpr std::int64_t largest_k = 1'000'000;

Share one(double value) { return {value, 1}; }
Share maybe(const std::optional<double>& value) { return value ? one(*value) : Share{}; }

std::vector<MetricKind>& table() {
  static std::vector<MetricKind> rows{
      {.name = "ndcg",
       .title = "NDCG",
       .k = 10,
       .sentence = "discounted gains of the first k over the best possible",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(ndcg_at(k, u.ranked, u.targets)); }},
      {.name = "recall",
       .title = "Recall",
       .k = 20,
       .sentence = "targets among the first k, over min(k, targets)",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(recall_at(k, u.ranked, u.targets)); }},
      {.name = "recall-all",
       .title = "Recall of all",
       .k = 20,
       .sentence = "targets among the first k, over all targets",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(recall_of_all_at(k, u.ranked, u.targets)); }},
      {.name = "hit",
       .title = "Hit",
       .k = 10,
       .sentence = "share of the users with a target among the first k",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(hit_at(k, u.ranked, u.targets)); }},
      {.name = "mrr",
       .title = "MRR",
       .k = 10,
       .sentence = "1 over the rank of the first target, 0 beyond k",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(reciprocal_rank_at(k, u.ranked, u.targets)); }},
      {.name = "map",
       .title = "MAP",
       .k = 10,
       .sentence = "precision at each target among the first k, summed, over min(k, targets)",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(average_precision_at(k, u.ranked, u.targets)); }},
      {.name = "precision",
       .title = "Precision",
       .k = 10,
       .sentence = "targets among the first k, over k",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return one(precision_at(k, u.ranked, u.targets)); }},
      {.name = "auc",
       .title = "AUC",
       .k = 0,
       .sentence = "share of the pairs of a target and another candidate that stand in the right order, ties half",
       .of_user = [](const JudgedUser& u, std::int64_t) { return maybe(u.auc); },
       .asks_all_scores = true},
      {.name = "coverage",
       .title = "coverage",
       .k = 10,
       .sentence = "share of the candidates that stand in somebody's first k",
       .of_exposures = [](const std::vector<std::int64_t>& exposures) { return coverage_of(exposures); }},
      {.name = "gini",
       .title = "Gini",
       .k = 10,
       .sentence = "how unequally the candidates share the places of all first k: 0 alike, near 1 a few have all",
       .of_exposures = [](const std::vector<std::int64_t>& exposures) { return gini_of(exposures); }},
      {.name = "novelty",
       .title = "novelty",
       .k = 10,
       .sentence = "mean of -log2 of the share of the training users who rated a film of the first k",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return maybe(novelty_at(k, u.ranked, u.items.surprise)); },
       .asks_items = true},
      {.name = "diversity",
       .title = "diversity",
       .k = 10,
       .sentence = "mean distance of the genres of two films of the first k",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return maybe(diversity_at(k, u.ranked, u.items.genres)); },
       .asks_items = true},
      {.name = "harm",
       .title = "harm",
       .k = 20,
       .sentence = "films among the first k that the user rated low, over k; users with such ratings only",
       .of_user = [](const JudgedUser& u, std::int64_t k) { return maybe(harm_at(k, u.ranked, u.disliked)); },
       .less_is_better = true},
      {.name = "rmse",
       .title = "RMSE",
       .k = 0,
       .sentence = "root of the mean squared error in stars over ratings that did not go in; models that predict ratings",
       .of_user = [](const JudgedUser& u, std::int64_t) { return Share{u.squared, u.rated}; },
       .root = true,
       .less_is_better = true,
       .asks_stars = true},
      {.name = "mae",
       .title = "MAE",
       .k = 0,
       .sentence = "mean absolute error in stars over the same",
       .of_user = [](const JudgedUser& u, std::int64_t) { return Share{u.absolute, u.rated}; },
       .less_is_better = true,
       .asks_stars = true},
  };
  return rows;
}

Metric read_metric(std::string_view word, std::string_view option) {
  const std::string_view name = word.substr(0, word.find('@'));
  const auto kinds = metric_kinds();
  const auto found = std::ranges::find(kinds, name, &MetricKind::name);
  if (found == kinds.end()) throw UserError(fmt::format("{}: '{}' is no metric; there are {}", option, word, metric_names()));
  const MetricKind* const kind = &*found;
  if (name.size() == word.size()) return {kind, kind->k, std::string(word), std::string(kind->title)};
  if (kind->k == 0) throw UserError(fmt::format("{}: {} takes no @K, but '{}' has one", option, name, word));
  const std::string_view digits = word.substr(name.size() + 1);
  std::int64_t k = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), k);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || k < 1 || k > largest_k)
    throw UserError(
        fmt::format("{}: '{}' must have a whole number from 1 to {} behind its @", option, word, largest_k));
  return {kind, k, std::string(word), fmt::format("{}@{}", kind->title, k)};
}

std::vector<std::int32_t> numbered_genres(const std::string& genres, std::map<std::string, std::int32_t>& numbers) {
  std::vector<std::int32_t> found;
  for (std::size_t begin = 0; begin < genres.size();) {
    const std::size_t end = std::min(genres.find('|', begin), genres.size());
    const std::string genre = genres.substr(begin, end - begin);
    if (!genre.empty() && genre != "(no genres listed)")
      found.push_back(numbers.emplace(genre, static_cast<std::int32_t>(numbers.size())).first->second);
    begin = end + 1;
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

std::span<const MetricKind> metric_kinds() { return table(); }

void add_metric(const MetricKind& row) { table().push_back(row); }

std::string metric_names() {
  std::string names;
  for (const MetricKind& kind : metric_kinds())
    names += fmt::format("{}{}{}", names.empty() ? "" : ", ", kind.name, kind.k > 0 ? "@K" : "");
  return names;
}

std::vector<Metric> read_metrics(std::string_view text, std::string_view option) {
  std::vector<Metric> metrics;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string_view word = text.substr(begin, end - begin);
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
    Metric metric = read_metric(word, option);
    if (std::ranges::find(metrics, metric.key, &Metric::key) != metrics.end())
      throw UserError(fmt::format("{} names {} twice", option, metric.key));
    metrics.push_back(std::move(metric));
    begin = end + 1;
  }
  return metrics;
}

const std::vector<Metric>& default_metrics() {
  static const std::vector<Metric> metrics =
      read_metrics("recall@20,recall@50,ndcg@10,ndcg@100,precision@10,coverage,gini");
  return metrics;
}

std::int64_t deepest_of(std::span<const Metric> metrics) {
  std::int64_t deepest = 1;
  for (const Metric& metric : metrics) deepest = std::max(deepest, metric.k);
  return deepest;
}

std::optional<double> figure_of(const Metric& metric, const Share& total) {
  if (total.weight == 0) return std::nullopt;
  const double mean = total.sum / total.weight;
  return metric.kind->root ? std::sqrt(mean) : mean;
}

ItemFacts facts_of(std::span<const std::int64_t> training_ratings, std::span<const std::string> genres, std::int64_t training_users) {
  ItemFacts facts;
  const auto users = static_cast<double>(training_users);
  for (const auto ratings : training_ratings)
    facts.surprise.push_back(std::log2(std::max(users, 1.0) / static_cast<double>(std::max<std::int64_t>(ratings, 1))));
  std::map<std::string, std::int32_t> numbers;
  facts.genres.resize(training_ratings.size());
  for (std::size_t item = 0; item < genres.size(); ++item) facts.genres[item] = numbered_genres(genres[item], numbers);
  return facts;
}

ItemFacts facts_of(const Dataset& dataset) {
  return facts_of(dataset.items.training_ratings, dataset.items.genres, std::ssize(dataset.users_in(Fold::train)));
}

void require_fit_for(std::int64_t negatives, std::span<const Metric> metrics) {
  for (const Metric& metric : metrics)
    if (negatives > 0 && (metric.kind->asks_all_scores || metric.kind->of_exposures != nullptr))
      throw UserError(fmt::format("--metrics: {} looks at all films, but --negatives {} leaves only some; leave one of them out",
                                  metric.key, negatives));
}

const std::vector<Metric>& usual_metrics(std::int64_t negatives) {
  static const std::vector<Metric> among_few = read_metrics("hit@10,ndcg@10");
  return negatives > 0 ? among_few : default_metrics();
}

}  // namespace encore
