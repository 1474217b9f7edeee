// The places that stay first; everything else is picked by them.
#include "catalogue/film_removal.h"

#include <algorithm>
#include <string>

#include "catalogue/film_addition.h"
#include "models/removed_items.h"
#include "process/error.h"

namespace encore {
namespace {

template <class T>
std::vector<T> picked(const std::vector<T>& all, const std::vector<std::int32_t>& kept) {
  std::vector<T> some;
  if (all.empty()) return some;
  for (const std::int32_t item : kept) some.push_back(all[static_cast<std::size_t>(item)]);
  return some;
}

}  // namespace

ShrunkModel without_films(const TrainedModel& model, const ItemFeatures& features, const std::set<std::int32_t>& forgotten) {
  const Catalogue& all = model.items;
  std::vector<std::int32_t> kept;
  for (std::int32_t item = 0; item < all.size(); ++item)
    if (!forgotten.contains(item)) kept.push_back(item);
  if (kept.empty()) throw UserError("a model needs a film; delete the model's folder instead of its last one");
  ShrunkModel shrunk{.model = model, .features = picked(features, kept)};
  Catalogue& items = shrunk.model.items;
  items.id = picked(all.id, kept), items.title = picked(all.title, kept);
  items.year = picked(all.year, kept), items.genres = picked(all.genres, kept);
  items.ratings = picked(all.ratings, kept), items.training_ratings = picked(all.training_ratings, kept);
  items.added = picked(all.added, kept), items.retired = picked(all.retired, kept);
  shrunk.model.model = without_items(*model.model, model.block_items, kept);
  if (all.numeric_ids) shrunk.model.last_item_id = std::max<std::int64_t>(model.last_item_id, std::stoll(all.id.back()));
  mark_changed_catalogue(shrunk.model);
  return shrunk;
}

}  // namespace encore
