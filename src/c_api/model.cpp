// Models behind the C interface: opening, recommending, scoring single cells. Not their judgement (judging.cpp).
#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include "c_api/encore.h"
#include "c_api/guard.h"
#include "c_api/model_handle.h"
#include "kernel/parallel.h"
#include "model/cell_scores.h"
#include "model/exploration.h"
#include "models/model_files.h"
#include "model/recommender.h"
#include "model/softmax_sums.h"
#include "process/error.h"

namespace encore::c_api {
namespace {

using Json = nlohmann::ordered_json;

std::span<const std::int32_t> items_of_row(const encore_users& users, std::int64_t row) {
  return {users.item + users.start[row], static_cast<std::size_t>(users.start[row + 1] - users.start[row])};
}

std::span<const float> stars_of_row(const encore_users& users, std::int64_t row) {
  return {users.stars + users.start[row], static_cast<std::size_t>(users.start[row + 1] - users.start[row])};
}

/// Calls body(first, count) for every run of as many rows as a scorer takes.
void for_each_run(std::int64_t rows, int threads, const std::function<void(std::int64_t, std::int64_t)>& body) {
  constexpr std::int64_t size = rows_at_once;
  kernel::parallel_for((rows + size - 1) / size, threads,
                       [&](std::int64_t run) { body(run * size, std::min(size, rows - run * size)); });
}

struct Answers {
  std::int64_t k;
  std::int32_t* item;
  float* score;
  std::int32_t* count;

  void put(std::int64_t row, const std::vector<ScoredItem>& best) const {
    std::fill_n(item + row * k, k, -1);
    std::fill_n(score + row * k, k, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t rank = 0; rank < best.size(); ++rank) {
      item[row * k + static_cast<std::int64_t>(rank)] = best[rank].item;
      score[row * k + static_cast<std::int64_t>(rank)] = best[rank].score;
    }
    count[row] = static_cast<std::int32_t>(best.size());
  }
};

/// What is in the row was seen; where its stars are above 0 dismissed, too, and where they are below only that.
void add_seen_row(Profile& person, const encore_users& seen, std::int64_t row, bool include_seen) {
  const auto items = items_of_row(seen, row);
  std::vector<std::int32_t> no_answers, hidden;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const float stars = seen.stars == nullptr ? 0 : stars_of_row(seen, row)[i];
    if (stars >= 0) person.seen.push_back(items[i]);
    if (stars != 0 || !include_seen) no_answers.push_back(items[i]);
  }
  std::ranges::set_union(person.hidden, no_answers, std::back_inserter(hidden));
  person.hidden = std::move(hidden);
}

void require_seen(const encore_model& model, const encore_users& users, const encore_users* seen) {
  if (seen == nullptr) return;
  require_rows(model, *seen);
  if (seen->rows != users.rows) throw Misuse("seen has another number of rows than the users");
}

using Recommend = std::function<std::vector<Recommendation>(const std::vector<Profile>&)>;

/// `seen`: null, or as many rows of items without stars: seen, or (below 0) dismissed.
void recommend(const Recommend& lists_of, const encore_users& users, const encore_users* seen, bool include_seen, int threads,
               const Answers& answers) {
  for_each_run(users.rows, threads, [&](std::int64_t first, std::int64_t count) {
    std::vector<Profile> people(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
      Profile& person = people[static_cast<std::size_t>(i)];
      const auto items = items_of_row(users, first + i);
      const auto stars = stars_of_row(users, first + i);
      person.items.assign(items.begin(), items.end());
      person.stars.assign(stars.begin(), stars.end());
      if (!include_seen) person.hidden = person.items;
      if (seen == nullptr) continue;
      add_seen_row(person, *seen, first + i, include_seen);
    }
    const auto best = lists_of(people);
    for (std::int64_t i = 0; i < count; ++i) answers.put(first + i, best[static_cast<std::size_t>(i)].items);
  });
}

/// The pairs' places by row, then item.
std::vector<std::int64_t> in_order(const std::int64_t* row, const std::int32_t* item, std::int64_t pairs) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(pairs));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto before = [&](std::int64_t a, std::int64_t b) {
    return row[a] != row[b] ? row[a] < row[b] : item[a] < item[b];
  };
  if (!std::is_sorted(order.begin(), order.end(), before)) std::sort(order.begin(), order.end(), before);
  return order;
}

/// Scores `cells` (rows of as many users as `input`), in their order, in the units of `encore recommend`.
std::vector<float> scores_of(const TrainedModel& model, const InputRows& input, const InputRows& cells) {
  const ScoreKind kind = model.model->score_kind();
  CellScores wanted(cells);
  SoftmaxSums sums(input.size());
  model.model->score(input, [&](const ScoreBlock& block) {
    wanted.add(block);
    if (kind == ScoreKind::probability) sums.add(block);
  });
  std::vector<float> scores = wanted.scores();
  for (std::int64_t row = 0; row < cells.size(); ++row) {
    for (auto cell = cells.start[static_cast<std::size_t>(row)]; cell < cells.start[static_cast<std::size_t>(row) + 1];
         ++cell) {
      float& score = scores[static_cast<std::size_t>(cell)];
      if (kind == ScoreKind::probability) score = static_cast<float>(sums.probability(row, score));
      if (kind == ScoreKind::stars) score = static_cast<float>(score * model.scale.maximum);
    }
  }
  return scores;
}

void score_pairs(const encore_model& model, const encore_users& users, const std::int64_t* pair_row,
                 const std::int32_t* pair_item, std::int64_t pairs, int threads, float* score) {
  for (std::int64_t pair = 0; pair < pairs; ++pair) {
    if (pair_row[pair] < 0 || pair_row[pair] >= users.rows || pair_item[pair] < 0 ||
        pair_item[pair] >= items_of(model)) {
      throw Misuse("pair " + std::to_string(pair) + " is of no such row or item");
    }
  }
  const auto order = in_order(pair_row, pair_item, pairs);
  const auto of_row = [&](std::int64_t row) {
    return std::lower_bound(order.begin(), order.end(), row,
                            [&](std::int64_t pair, std::int64_t wanted) { return pair_row[pair] < wanted; });
  };
  for_each_run(users.rows, threads, [&](std::int64_t first, std::int64_t count) {
    const auto begin = of_row(first), end = of_row(first + count);
    if (begin == end) return;
    InputRows input, cells;
    auto at = begin;
    for (std::int64_t row = first; row < first + count; ++row) {
      input.add(model.config.model.model->input(), model.config.model.scale, items_of_row(users, row),
                stars_of_row(users, row));
      for (; at != end && pair_row[*at] == row; ++at) cells.item.push_back(pair_item[*at]);
      cells.start.push_back(std::ssize(cells.item));
    }
    const auto scores = scores_of(model.config.model, input, cells);
    for (std::size_t i = 0; i < scores.size(); ++i) score[*(begin + static_cast<std::ptrdiff_t>(i))] = scores[i];
  });
}

}  // namespace

std::int64_t items_of(const encore_model& model) { return model.config.items; }

void require_rows(const encore_model& model, const encore_users& users) {
  if (users.rows < 0) throw Misuse("a negative number of rows");
  if (users.rows == 0) return;
  require(users.start, "start");
  if (users.start[0] != 0) throw Misuse("the first row does not start at 0");
  for (std::int64_t row = 0; row < users.rows; ++row) {
    if (users.start[row + 1] < users.start[row]) throw Misuse("row " + std::to_string(row) + " ends before it starts");
    for (std::int64_t cell = users.start[row]; cell < users.start[row + 1]; ++cell) {
      const bool ascends = cell == users.start[row] || users.item[cell] > users.item[cell - 1];
      if (users.item[cell] < 0 || users.item[cell] >= items_of(model) || !ascends) {
        throw Misuse("row " + std::to_string(row) + ": item " + std::to_string(users.item[cell]) +
                     " is out of order, or not one of the model's " + std::to_string(items_of(model)));
      }
    }
  }
}

}  // namespace encore::c_api

using namespace encore;         // NOLINT: what follows is C's
using namespace encore::c_api;  // NOLINT

extern "C" {

int encore_model_open(const char* folder, encore_model** model) {
  return guarded([&] {
    auto opened = std::make_unique<encore_model>();
    opened->config = read_model_without_catalogue(require(folder, "folder"));
    opened->text = read_config_text(folder);
    *require(model, "model") = opened.release();
  });
}

int encore_model_describe(const encore_model* model, char** json) {
  return guarded([&] {
    const ModelConfig& config = require(model, "model")->config;
    const Model& scores = *config.model.model;
    const RatingScale& scale = config.model.scale;
    const Json described = {{"model", config.kind},
                            {"items", config.items},
                            {"scale",
                             {{"minimum", scale.minimum},
                              {"maximum", scale.maximum},
                              {"liked", scale.liked},
                              {"implicit", scale.implicit},
                              {"count", scale.log_counts ? "log" : "plain"}}},
                            {"predicts_ratings", scores.score_kind() == ScoreKind::stars},
                            {"score", name_of(scores.score_kind())},
                            {"dataset_fingerprint", config.model.dataset_fingerprint},
                            {"catalogue_sha256", config.catalogue_sha256},
                            {"config", Json::parse(model->text)}};
    *require(json, "json") = handed_out(described.dump());
  });
}

void encore_model_free(encore_model* model) { delete model; }

int encore_model_top(const encore_model* model, const encore_users* users, const encore_users* seen,
                     const int64_t* training_ratings, int64_t k, int include_seen, int threads, int32_t* item, float* score,
                     int32_t* count) {
  return guarded([&] {
    require_rows(*require(model, "model"), *require(users, "users"));
    require_seen(*model, *users, seen);
    require(training_ratings, "training_ratings");
    if (k < 1) throw UserError("the number of recommendations is " + std::to_string(k) + "; it must be at least 1");
    std::vector<std::int64_t> counts(training_ratings, training_ratings + items_of(*model));
    const Recommender recommender(model->config.model, std::move(counts), k);
    const auto lists_of = [&](const std::vector<Profile>& people) { return recommender.recommend(people); };
    recommend(lists_of, *users, seen, include_seen != 0, std::max(threads, 1), {k, item, score, count});
  });
}

int encore_model_explore(const encore_model* model, const encore_users* users, const encore_users* seen, const int64_t* training_ratings,
                         const uint8_t* candidate, int64_t k, int include_seen, double share, int64_t seed, int threads, int32_t* item,
                         float* score, int32_t* count) {
  return guarded([&] {
    require_rows(*require(model, "model"), *require(users, "users"));
    require_seen(*model, *users, seen);
    require(training_ratings, "training_ratings");
    if (k < 1) throw UserError("the number of recommendations is " + std::to_string(k) + "; it must be at least 1");
    if (!(share >= 0 && share <= 1) || seed < 0) throw Misuse("the share is not from 0 to 1, or the seed below 0");
    std::vector<std::int64_t> counts(training_ratings, training_ratings + items_of(*model));
    const auto chosen = candidate == nullptr ? std::span<const std::uint8_t>() : std::span(candidate, counts.size());
    const Explorer explorer(counts, chosen);
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i] == 0) counts[i] = 0;
    const Recommender recommender(model->config.model, std::move(counts), k);
    const Exploration wish{share, static_cast<std::uint64_t>(seed)};
    const auto lists_of = [&](const std::vector<Profile>& people) { return explorer.recommend(recommender, people, k, wish); };
    recommend(lists_of, *users, seen, include_seen != 0, std::max(threads, 1), {k, item, score, count});
  });
}

int encore_model_scores(const encore_model* model, const encore_users* users, const int64_t* pair_row,
                        const int32_t* pair_item, int64_t pairs, int threads, float* score) {
  return guarded([&] {
    require_rows(*require(model, "model"), *require(users, "users"));
    score_pairs(*model, *users, pair_row, pair_item, pairs, std::max(threads, 1), score);
  });
}
}
