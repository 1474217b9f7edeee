// The statements that name the source: the only part of the pipeline that is DuckDB's alone. They make the relations on which
// the common texts (sql/) build: raw_ratings and raw_movies, and from these ratings_typed and movies_typed.
#pragma once
#include "database/database.h"
#include "preparation/source.h"

namespace encore {

struct IdKinds {
  bool user_is_number = true, movie_is_number = true;
};

/// raw_ratings(userId, movieId, rating, time), all text, bad lines kept apart in the table line_errors.
void create_raw_ratings(Database& database, const Source& source);
/// raw_movies(movieId, title, genres), all text. Without a file of films: the ids in raw_ratings are the titles.
void create_raw_movies(Database& database, const Source& source);
/// Whether the ids are numbers or text: as the user says, always numbers in MovieLens' formats, else what most of them are.
IdKinds kinds_of_ids(Database& database, const Source& source, const PrepareSettings& settings);
/// ratings_typed and movies_typed from the parsed relations.
void create_typed(Database& database, IdKinds kinds);

}  // namespace encore
