// `--where` over the catalogue: which films may be recommended. Not the filter of ratings (preparation/).
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace encore {

/// Evaluates an SQL expression over movieId, title, year, genres and ratings for every film of `items_parquet`; 1 where
/// it is true. [M] `numeric_ids`: whether movieId is a number. The text is taken as hostile: anything but an expression
/// over these columns is refused. Throws UserError with the reason, which names `option`.
std::vector<std::uint8_t> films_where(const std::filesystem::path& items_parquet, const std::string& expression,
                                      bool numeric_ids, const std::string& option = "--where");

}  // namespace encore
