// A film and a source id as every command's --json tells them. Not the tables for people.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include "dataset/dataset.h"

namespace encore {

/// A source id as JSON has it: a number where the source's ids are numbers, else text.
nlohmann::ordered_json id_json(const std::string& id, bool numeric);

/// {"movieId", "title", "year": number or null} of the catalogue's film number `item`.
nlohmann::ordered_json film_json(const Catalogue& items, std::int32_t item);

}  // namespace encore
