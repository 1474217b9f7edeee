// A model without some of its items: their numbers are gone, and what it says of the others stays as it was. Not the catalogue
// (catalogue/film_removal.h).
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "model/model.h"

namespace encore {

/// `kept`: the places of the items that stay, ascending, at least one. Of every kind, because each tensor says what its rows and
/// columns are. Scores of the items that stay are the same but for the order of sums, and a softmax shares out among fewer.
std::shared_ptr<const Model> without_items(const Model&, std::int64_t block_items, const std::vector<std::int32_t>& kept);

}  // namespace encore
