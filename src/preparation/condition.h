// The user's condition (--where): over films and ratings, which is judged when both are joined (sql/31_integrated), or over
// columns that only this table has (and over films beside them), which is judged while the rows are read. Not its checking as an expression
// (database/expression.h).
#pragma once
#include <string>
#include <vector>
#include "database/database.h"
#include "preparation/relations.h"
#include "preparation/source.h"
#include "settings/prepare_settings.h"

namespace encore {

/// Finds the columns of the ratings' table that the condition names and that are none of movieId, title, year, genres, userId, rating,
/// time; without a table of films its columns title, year and genres are such, too.
void find_own_columns(Database& database, const std::string& where, Source& source);

/// Throws UserError when the condition is none over the columns that there are.
void check_condition(Database& database, const PrepareSettings& settings, const Source& source, const Relations& relations);

/// Makes ratings_typed of ratings_unjudged: with the column `passes`. Reads the relation movies when the condition asks for films beside
/// own columns and there is a table of films; rows of films that are not in it pass, for they are rejected as such.
void judge_ratings(Database& database, const PrepareSettings& settings, const Source& source);

}  // namespace encore
