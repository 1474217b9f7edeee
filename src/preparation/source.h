// Where ratings and films come from: which file plays which part, and which of its columns mean what. Recognised by
// content. Not the reading itself (relations.h).
#pragma once
#include <optional>
#include <string>
#include <vector>
#include "database/database.h"
#include "preparation/table_file.h"
#include "settings/prepare_settings.h"

namespace encore {

struct Source {
  std::string format;  ///< "movielens-csv", "movielens-1m", "movielens-100k", "netflix" or "table"
  TableFile ratings;
  std::string user_column, item_column;
  std::optional<std::string> rating_column, time_column;
  bool counts = false;  ///< the ratings are counts, which have no scale
  std::optional<TableFile> movies;
  std::string movie_id_column, title_column;
  std::optional<std::string> genres_column, year_column;
  std::vector<std::string> own_columns;  ///< of the ratings, which only the user's condition asks for
  bool own_with_films = false;           ///< the condition asks for what is known of films beside them
  std::optional<TableFile> item_map;     ///< ids of the ratings, and of the table of films
  std::vector<std::string> remarks;      ///< which columns were guessed
  std::vector<std::string> genre_flags;  ///< ML-100K: columns of 0 and 1 named after genres, instead of genres_column
};

/// How files of ratings are looked at.
Reading reading_of(const PrepareSettings& settings, const std::filesystem::path& spool_folder);

/// Finds ratings and films in a folder or takes a single file. Throws UserError that says which file or column is
/// missing and which option names it. `spool_folder`: where what comes through pipes is kept; empty: where the system keeps such things.
Source recognise_source(Database& database, const PrepareSettings& settings, const std::filesystem::path& spool_folder = {});

}  // namespace encore
