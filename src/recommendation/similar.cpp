// Cosines in double; or one pass of scores.
#include "recommendation/similar.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>
#include <vector>
#include "process/error.h"
#include "recommendation/why_unknown.h"

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

const std::vector<double>& ItemVectors::lengths() const {
  std::call_once(measured_, [this] {
    for (std::int32_t item = 0; item < trained_.items.size(); ++item) lengths_.push_back(length_of(trained_.model->item_vector(item)));
  });
  return lengths_;
}

double ItemVectors::cosine(std::int32_t a, std::int32_t b) const {
  const double both = lengths()[static_cast<std::size_t>(a)] * lengths()[static_cast<std::size_t>(b)];
  return both > 0 ? dot(trained_.model->item_vector(a), trained_.model->item_vector(b)) / both : 0;
}

std::vector<ScoredItem> ItemVectors::similar(std::int32_t item, std::int64_t k, std::span<const std::uint8_t> fits) const {
  const Model& model = *trained_.model;
  if (!model.listens()) {
    throw UserError(
        fmt::format("a {} model has nothing of films to compare; train another model, for example --model mult-dae",
                    model.architecture().at("model").get<std::string>()));
  }
  const bool known = trained_.items.training_ratings[static_cast<std::size_t>(item)] > 0 || trained_.items.is_added(item);
  if (!known || (any() && lengths()[static_cast<std::size_t>(item)] == 0)) {
    throw UserError(fmt::format("no training user rated \"{}\", so the model knows nothing about it",
                                trained_.items.title[static_cast<std::size_t>(item)]));
  }
  if (!trained_.items.is_added(item) && !model.knows(item)) {  // liked by nobody, or without weights: all that there is of it is noise
    const std::string title = fmt::format("\"{}\"", trained_.items.title[static_cast<std::size_t>(item)]);
    throw UserError(fmt::format("{}, so {}", why_unknown(trained_, title),
                                says_who_liked(trained_) ? "the model knows nothing about it" : "none is like it"));
  }
  std::vector<ScoredItem> all;
  if (any()) {
    for (std::int32_t other = 0; other < trained_.items.size(); ++other) {
      if (lengths()[static_cast<std::size_t>(other)] > 0) all.push_back({other, static_cast<float>(cosine(item, other))});
    }
  } else {
    all = scores_beside(model, item);
    if (trained_.items.is_added(item) && std::ranges::all_of(all, [](const ScoredItem& one) { return one.score == 0; }))
      throw UserError(fmt::format("\"{}\" came after the training, and of such a film this kind of model knows nothing that it "
                                  "could compare; train again when there are ratings of it",
                                  trained_.items.title[static_cast<std::size_t>(item)]));
  }
  std::erase_if(all, [&](const ScoredItem& one) {
    const auto row = static_cast<std::size_t>(one.item);
    return one.item == item || !trained_.items.can_answer(one.item) || (!fits.empty() && fits[row] == 0);
  });
  const auto shown = std::min<std::ptrdiff_t>(k, std::ssize(all));
  std::partial_sort(all.begin(), all.begin() + shown, all.end(), [](const ScoredItem& a, const ScoredItem& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  });
  all.resize(static_cast<std::size_t>(shown));
  return all;
}

}  // namespace encore
