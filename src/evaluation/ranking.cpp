// The protocol of ranking.h. The 100 best of a user are found while the scores pass by; nothing is kept but metrics and
// top-10 lists.
#include "evaluation/ranking.h"
#include <algorithm>
#include <functional>
#include "evaluation/metrics.h"
#include "evaluation/sums.h"
#include "evaluation/user_batches.h"
#include "model/top_items.h"

namespace encore {
namespace {

constexpr std::int64_t deepest = 100, shown = 10;

/// Metrics of each user, kept apart until they are summed in user order.
struct UserMetrics {
  std::vector<double> recall_at_20, recall_at_50, ndcg_at_10, ndcg_at_100, precision_at_10;
  std::vector<std::vector<std::int32_t>> top;  ///< the first ten, for coverage and Gini

  explicit UserMetrics(std::size_t users)
      : recall_at_20(users),
        recall_at_50(users),
        ndcg_at_10(users),
        ndcg_at_100(users),
        precision_at_10(users),
        top(users) {}

  void judge(std::size_t user, Items ranked, Items targets) {
    recall_at_20[user] = recall_at(20, ranked, targets);
    recall_at_50[user] = recall_at(50, ranked, targets);
    ndcg_at_10[user] = ndcg_at(10, ranked, targets);
    ndcg_at_100[user] = ndcg_at(100, ranked, targets);
    precision_at_10[user] = precision_at(shown, ranked, targets);
    top[user].assign(ranked.begin(), ranked.begin() + std::min<std::ptrdiff_t>(shown, std::ssize(ranked)));
  }
};

Items row_of(const InputRows& rows, std::size_t row) {
  return Items(rows.item).subspan(static_cast<std::size_t>(rows.start[row]),
                                  static_cast<std::size_t>(rows.start[row + 1] - rows.start[row]));
}

RankingSums added_up(const UserMetrics& metrics, std::size_t items) {
  RankingSums sums;
  sums.users = std::ssize(metrics.top);
  sums.recall_at_20 = sum_of(metrics.recall_at_20);
  sums.recall_at_50 = sum_of(metrics.recall_at_50);
  sums.ndcg_at_10 = sum_of(metrics.ndcg_at_10);
  sums.ndcg_at_100 = sum_of(metrics.ndcg_at_100);
  sums.precision_at_10 = sum_of(metrics.precision_at_10);
  sums.exposures.resize(items);
  for (const auto& list : metrics.top) {
    for (const auto item : list) ++sums.exposures[static_cast<std::size_t>(item)];
  }
  return sums;
}

/// Ranks and judges the users of a batch; `rank` gets the given part and calls back with (row, best items first).
using Rank = std::function<void(const UserBatch&, const std::function<void(std::size_t, Items)>&)>;

RankingSums sums_of(const Dataset& dataset, Fold fold, int threads, const Rank& rank, const OnUsers& on_users = {}) {
  const auto users = users_with_targets(dataset, fold);
  UserMetrics metrics(users.size());
  for_each_batch(
      users, threads,
      [&](const UserBatch& batch) {
        const InputRows targets = rows_of_part(with_rating_values({}), dataset, batch, Part::target);
        rank(batch, [&](std::size_t row, Items ranked) {
          metrics.judge(static_cast<std::size_t>(batch.first) + row, ranked, row_of(targets, row));
        });
      },
      on_users);
  return added_up(metrics, dataset.items.training_ratings.size());
}

/// How many training users liked each item. [M]
std::vector<std::int64_t> likes(const Dataset& dataset) {
  std::vector<std::int64_t> liked(dataset.items.training_ratings.size());
  for (const auto user : dataset.users_in(Fold::train)) {
    const auto items = dataset.ratings.items_of(user);
    const auto stars = dataset.ratings.ratings_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      liked[static_cast<std::size_t>(items[i])] += dataset.scale.implicit || stars[i] >= dataset.scale.liked;
    }
  }
  return liked;
}

}  // namespace

std::vector<std::int32_t> users_with_targets(const Dataset& dataset, Fold fold) {
  std::vector<std::int32_t> users;
  if (dataset.ratings.part.empty()) return users;
  for (const auto user : dataset.users_in(fold)) {
    const auto parts = dataset.ratings.parts_of(user);
    if (std::find(parts.begin(), parts.end(), Part::target) != parts.end()) users.push_back(user);
  }
  return users;
}

std::vector<std::uint8_t> candidates_of(const Catalogue& items) {
  std::vector<std::uint8_t> candidate(items.training_ratings.size());
  for (std::size_t item = 0; item < candidate.size(); ++item) candidate[item] = items.training_ratings[item] > 0;
  return candidate;
}

std::vector<std::int32_t> in_order_of_likes(std::span<const std::int64_t> liked,
                                            std::span<const std::int64_t> training_ratings) {
  std::vector<std::int32_t> order;
  for (std::size_t item = 0; item < training_ratings.size(); ++item) {
    if (training_ratings[item] > 0) order.push_back(static_cast<std::int32_t>(item));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return liked[static_cast<std::size_t>(a)] > liked[static_cast<std::size_t>(b)];
  });
  return order;
}

std::vector<std::int32_t> items_by_popularity(const Dataset& dataset) {
  return in_order_of_likes(likes(dataset), dataset.items.training_ratings);
}

RankingSums ranking_sums(const Autoencoder& network, const Dataset& dataset, Fold fold, int threads,
                         std::int64_t block_items, const OnUsers& on_users) {
  const Scorer scorer(network, block_items);
  const auto candidate = candidates_of(dataset.items);
  return sums_of(
      dataset, fold, threads,
      [&](const UserBatch& batch, const auto& judge) {
        // What is hidden are all given items, also those that a binary input leaves out.
        const InputRows given = rows_of_part(with_rating_values(network.architecture), dataset, batch, Part::given);
        TopItems top(given.size(), deepest, candidate, &given);
        scorer.run(rows_of_part(network.architecture, dataset, batch, Part::given),
                   [&](const ScoreBlock& block) { top.add(block); });
        std::vector<std::int32_t> ranked;
        for (std::int64_t row = 0; row < given.size(); ++row) {
          ranked.clear();
          for (const auto& scored : top.take(row)) ranked.push_back(scored.item);
          judge(static_cast<std::size_t>(row), ranked);
        }
      },
      on_users);
}

RankingSums popularity_sums(const Dataset& dataset, Fold fold, std::span<const std::int32_t> order, int threads) {
  return sums_of(dataset, fold, threads, [&](const UserBatch& batch, const auto& judge) {
    const InputRows given = rows_of_part(with_rating_values({}), dataset, batch, Part::given);
    std::vector<std::int32_t> ranked;
    for (std::size_t row = 0; row < batch.users.size(); ++row) {
      const Items hidden = row_of(given, row);
      ranked.clear();
      for (std::size_t i = 0; i < order.size() && std::ssize(ranked) < deepest; ++i) {
        if (!std::binary_search(hidden.begin(), hidden.end(), order[i])) ranked.push_back(order[i]);
      }
      judge(row, ranked);
    }
  });
}

RankingQuality quality_of(const RankingSums& sums, std::span<const std::uint8_t> candidate) {
  RankingQuality quality;
  quality.users = sums.users;
  if (quality.users == 0) return quality;
  const auto users = static_cast<double>(quality.users);
  quality.recall_at_20 = sums.recall_at_20 / users;
  quality.recall_at_50 = sums.recall_at_50 / users;
  quality.ndcg_at_10 = sums.ndcg_at_10 / users;
  quality.ndcg_at_100 = sums.ndcg_at_100 / users;
  quality.precision_at_10 = sums.precision_at_10 / users;
  std::vector<std::int64_t> exposures;
  for (std::size_t item = 0; item < candidate.size(); ++item) {
    if (candidate[item] != 0) exposures.push_back(sums.exposures[item]);
  }
  quality.coverage = coverage_of(exposures);
  quality.gini = gini_of(std::move(exposures));
  return quality;
}

RankingQuality ranking_quality(const Autoencoder& network, const Dataset& dataset, Fold fold, int threads,
                               std::int64_t block_items, const OnUsers& on_users) {
  return quality_of(ranking_sums(network, dataset, fold, threads, block_items, on_users), candidates_of(dataset.items));
}

RankingQuality popularity_quality(const Dataset& dataset, Fold fold, int threads) {
  return quality_of(popularity_sums(dataset, fold, items_by_popularity(dataset), threads),
                    candidates_of(dataset.items));
}

}  // namespace encore
