// One pass over the output table, in double.
#include "recommendation/similar.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include "process/error.h"

namespace encore {
namespace {

double dot(const float* a, const float* b, std::int64_t width) {
  double sum = 0;
  for (std::int64_t h = 0; h < width; ++h) sum += static_cast<double>(a[h]) * b[h];
  return sum;
}

}  // namespace

std::vector<ScoredItem> similar_items(const TrainedModel& model, std::int32_t item, std::int64_t k) {
  const ItemTable& table = model.network.output;
  if (table.width == 0) {
    throw UserError(
        fmt::format("a {} model has no vectors of films to compare; train another model, for example --model mult-dae",
                    model.network.architecture.model));
  }
  const float* vector = table.row(item);
  const double length = std::sqrt(dot(vector, vector, table.width));
  if (model.items.training_ratings[static_cast<std::size_t>(item)] == 0 || length == 0) {
    throw UserError(fmt::format("no training user rated \"{}\", so the model knows nothing about it",
                                model.items.title[static_cast<std::size_t>(item)]));
  }
  std::vector<ScoredItem> all;
  for (std::int32_t other = 0; other < model.items.size(); ++other) {
    if (other == item || model.items.training_ratings[static_cast<std::size_t>(other)] == 0) continue;
    const float* row = table.row(other);
    const double other_length = std::sqrt(dot(row, row, table.width));
    if (other_length > 0)
      all.push_back({other, static_cast<float>(dot(vector, row, table.width) / (length * other_length))});
  }
  const auto shown = std::min<std::ptrdiff_t>(k, std::ssize(all));
  std::partial_sort(all.begin(), all.begin() + shown, all.end(), [](const ScoredItem& a, const ScoredItem& b) {
    return a.score != b.score ? a.score > b.score : a.item < b.item;
  });
  all.resize(static_cast<std::size_t>(shown));
  return all;
}

}  // namespace encore
