// Cosines in double; or one pass of scores.
#include "recommendation/similar.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <vector>
#include "process/error.h"

namespace encore {
namespace {

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t h = 0; h < a.size(); ++h) sum += static_cast<double>(a[h]) * b[h];
  return sum;
}

double length_of(std::span<const float> vector) { return std::sqrt(dot(vector, vector)); }

/// What a person who likes this film and knows no other would be told of each film.
std::vector<ScoredItem> scores_beside(const Model& model, std::int32_t item) {
  InputRows one;
  one.item = {item}, one.value = {1}, one.start = {0, 1};
  std::vector<ScoredItem> all;
  model.score(one, [&](const ScoreBlock& block) {
    for (std::int64_t i = 0; i < block.items; ++i)
      all.push_back({static_cast<std::int32_t>(block.first + i), block.score[i * block.stride]});
  });
  return all;
}

}  // namespace

std::vector<ScoredItem> similar_items(const TrainedModel& trained, std::int32_t item, std::int64_t k) {
  const Model& model = *trained.model;
  if (!model.listens()) {
    throw UserError(
        fmt::format("a {} model has nothing of films to compare; train another model, for example --model mult-dae",
                    model.architecture().at("model").get<std::string>()));
  }
  const auto vector = model.item_vector(item);
  const bool by_vectors = !vector.empty();
  const double length = by_vectors ? length_of(vector) : 1;
  if (trained.items.training_ratings[static_cast<std::size_t>(item)] == 0 || length == 0) {
    throw UserError(fmt::format("no training user rated \"{}\", so the model knows nothing about it",
                                trained.items.title[static_cast<std::size_t>(item)]));
  }
  std::vector<ScoredItem> all;
  if (by_vectors) {
    for (std::int32_t other = 0; other < trained.items.size(); ++other) {
      const auto row = model.item_vector(other);
      const double other_length = length_of(row);
      if (other_length > 0)
        all.push_back({other, static_cast<float>(dot(vector, row) / (length * other_length))});
    }
  } else {
    all = scores_beside(model, item);
  }
  std::erase_if(all, [&](const ScoredItem& one) {
    return one.item == item || trained.items.training_ratings[static_cast<std::size_t>(one.item)] == 0;
  });
  const auto shown = std::min<std::ptrdiff_t>(k, std::ssize(all));
  std::partial_sort(all.begin(), all.begin() + shown, all.end(), [](const ScoredItem& a, const ScoredItem& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  });
  all.resize(static_cast<std::size_t>(shown));
  return all;
}

}  // namespace encore
