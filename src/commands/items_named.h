// What the actions of `encore items` have in common: the films that they name, what is told of these afterwards. Not what happens to them,
// and not the folder that they change (catalogue/changed_folder.h).
#pragma once
#include <set>
#include <string_view>

#include "console/output.h"
#include "model/trained_model.h"
#include "settings/items_settings.h"

namespace encore {

/// Places in the catalogue. Throws UserError when there are none, or when a title or id is unknown or ambiguous.
std::set<std::int32_t> named_films(const ItemsSettings&, const Catalogue& items);

/// The titles, and {"`done`": [films], "films": how many there are} as JSON; `items` still has the films.
void tell_films(const ItemsSettings&, const Catalogue& items, const std::set<std::int32_t>& films, std::string_view done,
                std::int64_t films_now, const Output&);

}  // namespace encore
