// Which way a kind takes ratings stands in its row.
#include "models/rated_items.h"

#include <fmt/format.h>

#include <stdexcept>

#include "models/table.h"
#include "process/error.h"

namespace encore {
namespace {

/// τ, how many ratings count as much as the guess (docs/results.md).
constexpr float half_guess = 5;

}  // namespace

std::vector<std::int32_t> RatedItems::liked_by(std::int64_t j) const {
  std::vector<std::int32_t> users_who_do;
  for (const ItemRating& one : ratings[static_cast<std::size_t>(j)])
    if (is_like(one.stars)) users_who_do.push_back(one.user);
  return users_who_do;
}

float RatedItems::part(std::int64_t j) const {
  const auto n = static_cast<float>(ratings[static_cast<std::size_t>(j)].size());
  return n / (n + half_guess);
}

void require_rated(const Model& model) {
  const ModelKind& kind = kind_of(model);
  if (kind.rate != nullptr) return;
  if (kind.grow == nullptr) throw UserError(fmt::format("a {} model has no films that came after its training; train it again", kind.name));
  throw UserError(fmt::format("a model of the kind {} takes no ratings without training; train it again, with --warm-start where it can",
                              kind.name));
}

std::shared_ptr<const Model> with_rated_items(const Model& guess, std::int64_t block_items, const RatedItems& rated) {
  require_rated(guess);
  if (rated.ratings.size() != rated.place.size() || rated.users.items.size() != guess.items())
    throw std::logic_error("the rated items are those of another model");
  return kind_of(guess).rate(guess, block_items, rated);
}

}  // namespace encore
