// A table of films that a model does not have yet: titles, years, genres, and whatever else its columns tell. Not what the model makes
// of them (film_addition.h).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/item_features.h"

namespace encore {

struct NewFilm {
  std::string id, title, genres;
  std::optional<std::int32_t> year;
  std::vector<NamedFeature> features;  ///< of the other columns, by ascending names
  std::int64_t line = 0;               ///< of the file, the header being line 1
  std::string namesake;                ///< a film that has the same name and year, in words; empty: none has
};

/// Reads a table (whatever preparation/table_file.h knows) with a column of titles, and perhaps of ids, years and genres, under their
/// common names. Every other column tells features: texts with | between them, "funny|space" in the column tag being tag:funny and
/// tag:space. Without ids films get the next numbers above all ids and `last_id`, so that none gets the id of a forgotten film; without
/// years the year at the title's end counts. Throws UserError naming file and line: a film without an id of its own whose name and year
/// the catalogue or the file has already, whatever its case, blanks and articles; an id twice, no title, a year that is none, ids that are
/// no numbers where the catalogue's are, two columns of ids.
std::vector<NewFilm> read_new_films(const std::filesystem::path& file, const Catalogue& known, std::int64_t last_id = 0);

/// Adds to these films' features the vectors that the file has for their ids (preparation/item_vectors.h); returns for how many. Throws
/// UserError when the vectors have another length than those that films of the model have in `known`.
std::int64_t add_vectors(const std::filesystem::path& file, const ItemFeatures& known, std::vector<NewFilm>& films);

}  // namespace encore
