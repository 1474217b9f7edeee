// Films and ids as JSON.
#include "commands/film_json.h"

namespace encore {

using Json = nlohmann::ordered_json;

Json id_json(const std::string& id, bool numeric) { return numeric ? Json(std::stoll(id)) : Json(id); }

Json film_json(const Catalogue& items, std::int32_t item) {
  const auto row = static_cast<std::size_t>(item);
  return {{"movieId", id_json(items.id[row], items.numeric_ids)},
          {"title", items.title[row]},
          {"year", items.year[row] ? Json(*items.year[row]) : Json(nullptr)}};
}

}  // namespace encore
