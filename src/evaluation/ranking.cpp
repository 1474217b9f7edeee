// The protocol of ranking.h. The best of a user are found while the scores pass by; nothing is kept but what each user
// adds to each metric, and the beginnings of their lists.
#include "evaluation/ranking.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include "evaluation/given_parts.h"
#include "evaluation/metrics.h"
#include "evaluation/pair_counter.h"
#include "evaluation/sampled_negatives.h"
#include "evaluation/sums.h"
#include "evaluation/user_batches.h"
#include "model/top_items.h"

namespace encore {
namespace {

Items row_of(const InputRows& rows, std::size_t row) {
  return Items(rows.item).subspan(static_cast<std::size_t>(rows.start[row]),
                                  static_cast<std::size_t>(rows.start[row + 1] - rows.start[row]));
}

bool asks(std::span<const Metric> metrics, bool MetricKind::*what) {
  return std::ranges::any_of(metrics, [&](const Metric& metric) { return metric.kind->*what; });
}

/// The cells of a batch by what they are for the judgement; the values are rating ÷ maximum.
struct BatchCells {
  InputRows input;  ///< what the model is asked with, with the values of its input
  InputRows given, excluded, targets, disliked, unseen;  ///< excluded: given and whatever else is hidden

  BatchCells(Input of_model, const Dataset& dataset, const UserBatch& batch, const RankingRules& rules) {
    const bool hide_rated = rules.hide_rated;
    for (const auto user : batch.users) {
      // What was seen without a rating goes in as what was rated low does, and is never an answer.
      const std::int32_t number = rules.numbers.empty() ? user : rules.numbers[static_cast<std::size_t>(user)];
      const KnownRow row(dataset.ratings.items_of(user), dataset.ratings.ratings_of(user), given_parts(dataset, user, number, rules.give),
                         dataset.seen.items_of(user), rules.give == Give::liked ? Part::hidden : Part::given);
      const auto& [items, stars, parts] = row;
      input.add(of_model, dataset.scale, items, stars, parts, Part::given);
      for (std::size_t i = 0; i < items.size(); ++i) {
        const auto put = [&](InputRows& rows, bool belongs) {
          if (!belongs) return;
          rows.item.push_back(items[i]);
          rows.value.push_back(static_cast<float>(stars[i] / dataset.scale.maximum));
        };
        const bool none = parts[i] == Part::none;
        put(given, parts[i] == Part::given);
        put(excluded, parts[i] == Part::given || parts[i] == Part::hidden || (none && hide_rated));
        put(targets, parts[i] == Part::target);
        put(disliked, none && !hide_rated && is_disliked(dataset.scale, stars[i]));
        put(unseen, none || parts[i] == Part::target);
      }
      for (InputRows* rows : {&given, &excluded, &targets, &disliked, &unseen})
        rows->start.push_back(std::ssize(rows->item));
    }
  }
};

/// What a ranking says of one row of a batch.
struct Answer {
  Items ranked;
  std::optional<double> auc = std::nullopt;
  double squared = 0, absolute = 0, rated = 0;
};
using OnAnswer = std::function<void(std::size_t row, const Answer&)>;
/// Ranks a batch and calls back for each row.
using Rank = std::function<void(const UserBatch&, const BatchCells&, const OnAnswer&)>;

/// What each user adds, kept apart until it is summed in user order: of the whole and of every slice.
class Judge {
 public:
  Judge(const Dataset& dataset, const RankingRules& rules, std::size_t users)
      : rules_(rules),
        items_(dataset.items.training_ratings.size()),
        slices_(1 + rules.slices.size()) {
    if (asks(rules.metrics, &MetricKind::asks_items)) facts_ = rules.facts ? *rules.facts : facts_of(dataset);
    for (const Metric& metric : rules.metrics)
      if (metric.kind->of_exposures != nullptr) shown_k_ = std::max(shown_k_, metric.k);
    for (Slice& slice : slices_) slice.shares.resize(users * rules.metrics.size()), slice.counts.resize(users);
    shown_.resize(users);
  }

  void hear(std::size_t user, std::int32_t id, const Answer& answer, Items targets, Items disliked) {
    const Items shown = first_of(answer.ranked, shown_k_);
    shown_[user].assign(shown.begin(), shown.end());
    judge(slices_[0], user, answer, targets, disliked);
    for (std::size_t s = 0; s < rules_.slices.size(); ++s) {
      const RankingSlice& slice = rules_.slices[s];
      if (!slice.users.empty() && slice.users[static_cast<std::size_t>(id)] == 0) continue;
      std::vector<std::int32_t> of_slice(targets.begin(), targets.end()), bad(disliked.begin(), disliked.end());
      Answer about = answer;
      if (!slice.items.empty()) {
        about = {answer.ranked};  // pairs and errors were taken over all of the user's films
        const auto outside = [&](std::int32_t item) { return slice.items[static_cast<std::size_t>(item)] == 0; };
        std::erase_if(of_slice, outside);
        std::erase_if(bad, outside);
      }
      if (!of_slice.empty()) judge(slices_[s + 1], user, about, of_slice, bad);
    }
  }

  RankingSums sums(std::size_t which) const {
    const Slice& slice = slices_[which];
    const std::size_t width = rules_.metrics.size();
    const std::vector<std::uint8_t>* only = which == 0 || rules_.slices[which - 1].items.empty()
                                                ? nullptr
                                                : &rules_.slices[which - 1].items;
    RankingSums sums;
    sums.shares.resize(width);
    sums.exposures.resize(width);
    for (std::size_t m = 0; m < width; ++m)
      if (rules_.metrics[m].kind->of_exposures != nullptr) sums.exposures[m].resize(items_);
    for (std::size_t user = 0; user < slice.counts.size(); ++user) {
      if (slice.counts[user] == 0) continue;
      ++sums.users;
      for (std::size_t m = 0; m < width; ++m) {
        sums.shares[m].sum += slice.shares[user * width + m].sum;
        sums.shares[m].weight += slice.shares[user * width + m].weight;
        if (sums.exposures[m].empty()) continue;
        for (const auto item : first_of(shown_[user], rules_.metrics[m].k))
          if (only == nullptr || (*only)[static_cast<std::size_t>(item)] != 0)
            ++sums.exposures[m][static_cast<std::size_t>(item)];
      }
    }
    return sums;
  }

  std::vector<Share> take_shares() { return std::move(slices_[0].shares); }

 private:
  struct Slice {
    std::vector<Share> shares;         ///< [users][metrics]
    std::vector<std::uint8_t> counts;  ///< [users] 1: belongs to the slice
  };

  void judge(Slice& slice, std::size_t user, const Answer& answer, Items targets, Items disliked) const {
    const JudgedUser judged{answer.ranked, targets,         disliked,       facts_,
                            answer.auc,    answer.squared, answer.absolute, answer.rated};
    slice.counts[user] = 1;
    for (std::size_t m = 0; m < rules_.metrics.size(); ++m) {
      const Metric& metric = rules_.metrics[m];
      if (metric.kind->of_user != nullptr)
        slice.shares[user * rules_.metrics.size() + m] = metric.kind->of_user(judged, metric.k);
    }
  }

  const RankingRules& rules_;
  std::size_t items_;
  ItemFacts facts_;
  std::int64_t shown_k_ = 0;
  std::vector<Slice> slices_;
  std::vector<std::vector<std::int32_t>> shown_;
};

RankingJudgement judged(Input input, const Dataset& dataset, Fold fold, const RankingRules& rules, int threads, const Rank& rank,
                        const OnUsers& on_users = {}) {
  RankingJudgement result;
  result.users = users_with_targets(dataset, fold);
  result.given.resize(result.users.size());
  result.targets.resize(result.users.size());
  Judge judge(dataset, rules, result.users.size());
  for_each_batch(
      result.users, threads,
      [&](const UserBatch& batch) {
        const BatchCells cells(input, dataset, batch, rules);
        rank(batch, cells, [&](std::size_t row, const Answer& answer) {
          const std::size_t user = static_cast<std::size_t>(batch.first) + row;
          result.given[user] = static_cast<std::int32_t>(row_of(cells.given, row).size());
          result.targets[user] = static_cast<std::int32_t>(row_of(cells.targets, row).size());
          judge.hear(user, batch.users[row], answer, row_of(cells.targets, row), row_of(cells.disliked, row));
        });
      },
      on_users);
  result.all = judge.sums(0);
  for (std::size_t s = 0; s < rules.slices.size(); ++s) result.slices.push_back(judge.sums(s + 1));
  result.shares = judge.take_shares();
  return result;
}

std::vector<RowWish> wishes_of(const SampledNegatives& sampled, std::int64_t rows, std::int64_t deepest) {
  std::vector<RowWish> wishes;
  for (std::int64_t row = 0; row < rows; ++row) wishes.push_back({deepest, sampled.fits(static_cast<std::size_t>(row)), {}});
  return wishes;
}

/// A model's own scores in up to two passes over the blocks.
Rank rank_by(const Model& model, const Dataset& dataset, const RankingRules& rules,
             std::span<const std::uint8_t> candidate) {
  const std::int64_t deepest = deepest_of(rules.metrics);
  const bool pairs = asks(rules.metrics, &MetricKind::asks_all_scores);
  const bool stars = asks(rules.metrics, &MetricKind::asks_stars) && model.score_kind() == ScoreKind::stars;
  return [=, &model, &dataset, &rules](const UserBatch& batch, const BatchCells& cells, const OnAnswer& on_answer) {
    const InputRows& input = cells.input;
    // What is hidden are all given items, also those that a binary input leaves out.
    const SampledNegatives sampled(dataset, batch.users, cells.targets, candidate, rules.negatives, rules.numbers);
    TopItems top = rules.negatives > 0 ? TopItems(wishes_of(sampled, input.size(), deepest), candidate)
                                       : TopItems(input.size(), deepest, candidate, &cells.excluded);
    CellScores targets(cells.targets), unseen(cells.unseen);
    model.order(input, [&](const ScoreBlock& block) {
      top.add(block);
      if (pairs) targets.add(block);
      if (stars) unseen.add(block);
    });
    std::optional<PairCounter> counter;
    if (pairs) {
      counter.emplace(cells.targets, targets.scores(), cells.excluded, candidate);
      model.order(input, [&](const ScoreBlock& block) { counter->add(block); });
    }
    std::vector<std::int32_t> ranked;
    for (std::int64_t row = 0; row < input.size(); ++row) {
      ranked.clear();
      for (const auto& scored : top.take(row)) ranked.push_back(scored.item);
      Answer answer{ranked};
      if (counter) answer.auc = counter->auc(row);
      const auto begin = cells.unseen.start[static_cast<std::size_t>(row)],
                 end = cells.unseen.start[static_cast<std::size_t>(row) + 1];
      for (auto cell = static_cast<std::size_t>(begin); stars && cell < static_cast<std::size_t>(end); ++cell) {
        const auto score = static_cast<double>(model.score_behind(unseen.scores()[cell]));
        const double error = dataset.scale.maximum * (score - cells.unseen.value[cell]);
        answer.squared += error * error;
        answer.absolute += std::abs(error);
        answer.rated += 1;
      }
      on_answer(static_cast<std::size_t>(row), answer);
    }
  };
}

/// The same order for everybody; `liked` [M] decides ties of the AUC.
Rank rank_by_likes(const Dataset& dataset, std::span<const std::int32_t> order, std::span<const std::int64_t> liked,
                   const RankingRules& rules, std::span<const std::uint8_t> candidate) {
  const std::int64_t deepest = deepest_of(rules.metrics);
  const bool pairs = asks(rules.metrics, &MetricKind::asks_all_scores);
  return [=, &dataset, &rules](const UserBatch& batch, const BatchCells& cells, const OnAnswer& on_answer) {
    const SampledNegatives sampled(dataset, batch.users, cells.targets, candidate, rules.negatives, rules.numbers);
    std::optional<PairCounter> counter;
    std::vector<float> scores;
    if (pairs) {
      const std::int64_t lanes = std::ssize(batch.users), items = std::ssize(liked);
      for (const auto item : cells.targets.item) scores.push_back(static_cast<float>(liked[static_cast<std::size_t>(item)]));
      counter.emplace(cells.targets, scores, cells.excluded, candidate);
      std::vector<float> row(static_cast<std::size_t>(lanes));
      for (std::int64_t item = 0; item < items; ++item) {
        std::ranges::fill(row, static_cast<float>(liked[static_cast<std::size_t>(item)]));
        counter->add({item, 1, lanes, lanes, row.data()});
      }
    }
    std::vector<std::int32_t> ranked;
    for (std::size_t row = 0; row < batch.users.size(); ++row) {
      const Items hidden = row_of(cells.excluded, row);
      ranked.clear();
      for (std::size_t i = 0; i < order.size() && std::ssize(ranked) < deepest; ++i) {
        const bool fits = rules.negatives == 0 || sampled.fits(row)[static_cast<std::size_t>(order[i])] != 0;
        if (fits && !std::binary_search(hidden.begin(), hidden.end(), order[i])) ranked.push_back(order[i]);
      }
      on_answer(row, {ranked, counter ? counter->auc(static_cast<std::int64_t>(row)) : std::nullopt});
    }
  };
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

std::vector<std::uint8_t> candidates_of(const RankingRules& rules, const Catalogue& items) {
  return rules.candidate.empty() ? candidates_of(items) : rules.candidate;
}

std::vector<std::int32_t> in_order_of_likes(std::span<const std::int64_t> liked,
                                            std::span<const std::uint8_t> candidate) {
  std::vector<std::int32_t> order;
  for (std::size_t item = 0; item < candidate.size(); ++item) {
    if (candidate[item] != 0) order.push_back(static_cast<std::int32_t>(item));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return liked[static_cast<std::size_t>(a)] > liked[static_cast<std::size_t>(b)];
  });
  return order;
}

std::vector<std::int32_t> items_by_popularity(const Dataset& dataset) {
  return in_order_of_likes(likes(dataset), candidates_of(dataset.items));
}

RankingJudgement judge_ranking(const TrainedModel& model, const Dataset& dataset, Fold fold, const RankingRules& rules,
                               int threads, const OnUsers& on_users) {
  const auto candidate = candidates_of(rules, dataset.items);
  return judged(model.model->input(), dataset, fold, rules, threads, rank_by(*model.model, dataset, rules, candidate), on_users);
}

RankingJudgement judge_popularity(const Dataset& dataset, Fold fold, const RankingRules& rules, std::span<const std::int64_t> liked,
                                  int threads) {
  const auto candidate = candidates_of(rules, dataset.items);
  const auto order = in_order_of_likes(liked, candidate);
  return judged(Input::binary, dataset, fold, rules, threads, rank_by_likes(dataset, order, liked, rules, candidate));
}

RankingJudgement judge_popularity(const Dataset& dataset, Fold fold, const RankingRules& rules, int threads) {
  return judge_popularity(dataset, fold, rules, likes(dataset), threads);
}

RankingSums ranking_sums(const Model& model, const Dataset& dataset, Fold fold, int threads, const OnUsers& on_users) {
  const RankingRules rules;
  const auto candidate = candidates_of(dataset.items);
  return judged(model.input(), dataset, fold, rules, threads, rank_by(model, dataset, rules, candidate), on_users).all;
}

RankingSums popularity_sums(const Dataset& dataset, Fold fold, std::span<const std::int64_t> liked, int threads) {
  return judge_popularity(dataset, fold, {}, liked, threads).all;
}

RankingQuality quality_of(const RankingSums& sums, std::span<const Metric> metrics,
                          std::span<const std::uint8_t> candidate) {
  RankingQuality quality;
  quality.users = sums.users;
  quality.metrics.assign(metrics.begin(), metrics.end());
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    if (sums.users == 0 || metrics[m].kind->of_exposures == nullptr) {
      quality.figures.push_back(sums.users == 0 ? std::nullopt : figure_of(metrics[m], sums.shares[m]));
      continue;
    }
    std::vector<std::int64_t> exposures;
    for (std::size_t item = 0; item < candidate.size(); ++item)
      if (candidate[item] != 0) exposures.push_back(sums.exposures[m][item]);
    quality.figures.push_back(metrics[m].kind->of_exposures(exposures));
  }
  return quality;
}

std::optional<double> RankingQuality::operator[](std::string_view key) const {
  const auto found = std::ranges::find(metrics, key, &Metric::key);
  return found == metrics.end() ? std::nullopt : figures[static_cast<std::size_t>(found - metrics.begin())];
}

RankingQuality ranking_quality(const Model& model, const Dataset& dataset, Fold fold, int threads,
                               const OnUsers& on_users) {
  return quality_of(ranking_sums(model, dataset, fold, threads, on_users), default_metrics(),
                    candidates_of(dataset.items));
}

RankingQuality popularity_quality(const Dataset& dataset, Fold fold, int threads) {
  return quality_of(popularity_sums(dataset, fold, likes(dataset), threads), default_metrics(),
                    candidates_of(dataset.items));
}

}  // namespace encore
