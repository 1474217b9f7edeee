// The one table of the metrics of a ranking: names such as `ndcg@10` become rows of it. A new metric is a function in
// metrics.h and a row in metric_table.cpp; options, JSON, tables, docs and Spark's sums follow from the row.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"
#include "evaluation/metrics.h"

namespace encore {

/// What is known of the catalogue's items, whoever asks. [M] each.
struct ItemFacts {
  std::vector<double> surprise;                   ///< −log₂ of the share of the training users who rated the item
  std::vector<std::vector<std::int32_t>> genres;  ///< ascending numbers
};
ItemFacts facts_of(const Dataset&);
/// `genres` [M], or none where no metric asks for them.
ItemFacts facts_of(std::span<const std::int64_t> training_ratings, std::span<const std::string> genres, std::int64_t training_users);

/// One user's answer and what is known about it.
struct JudgedUser {
  Items ranked, targets, disliked;
  const ItemFacts& items;
  std::optional<double> auc;                     ///< where a metric asks for it
  double squared = 0, absolute = 0, rated = 0;  ///< errors in stars over so many ratings that did not go in
};

/// What a user adds to a metric: the figure is Σ sum / Σ weight. A weight of 0: the metric says nothing of this user.
struct Share {
  double sum = 0, weight = 0;
};

struct MetricKind {
  std::string_view name;   ///< as asked for: "ndcg"
  std::string_view title;  ///< for people: "NDCG"
  std::int64_t k;          ///< where none is given; 0: the metric takes none
  std::string_view sentence;
  Share (*of_user)(const JudgedUser&, std::int64_t k) = nullptr;
  bool root = false;  ///< the figure is the root of the mean
  bool less_is_better = false;
  /// Of how often each candidate stood in a first k: metrics of all lists together.
  std::optional<double> (*of_exposures)(const std::vector<std::int64_t>&) = nullptr;
  bool asks_all_scores = false;  ///< JudgedUser::auc
  bool asks_stars = false;       ///< squared, absolute, rated
  bool asks_items = false;       ///< JudgedUser::items
};
std::span<const MetricKind> metric_kinds();
/// One more row, before anything has asked for the table.
void add_metric(const MetricKind&);
/// "ndcg@K, recall@K, …, auc, …", as a sentence lists them.
std::string metric_names();

struct Metric {
  const MetricKind* kind;
  std::int64_t k;     ///< 0 for kinds without
  std::string key;    ///< in JSON, as it was asked for: "ndcg@10", "coverage"
  std::string title;  ///< "NDCG@10"
};

/// "ndcg@10,recall@20" → their rows, in this order. Throws UserError naming the option and what is no metric, has no k or
/// stands twice.
std::vector<Metric> read_metrics(std::string_view text, std::string_view option = "--metrics");
/// recall@20, recall@50, ndcg@10, ndcg@100, precision@10, coverage and gini of the first ten.
const std::vector<Metric>& default_metrics();
/// The metrics of a ranking among so many films drawn by chance; throws UserError for one that looks at all films.
void require_fit_for(std::int64_t negatives, std::span<const Metric>);
/// What is judged by unless somebody says otherwise.
const std::vector<Metric>& usual_metrics(std::int64_t negatives);
/// How many items of a list they look at, at least 1.
std::int64_t deepest_of(std::span<const Metric>);
/// The figure; nothing where nobody said anything.
std::optional<double> figure_of(const Metric&, const Share& total);

}  // namespace encore
