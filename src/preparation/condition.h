// The user's condition (--where): over films and ratings, which is judged when both are joined (sql/31_integrated), or over
// columns that only this table has, which is judged while the rows are read. Not its checking as an expression
// (database/expression.h).
#pragma once
#include <string>
#include <vector>
#include "database/database.h"
#include "preparation/relations.h"
#include "preparation/source.h"
#include "settings/prepare_settings.h"

namespace encore {

/// The columns of the ratings' table that the condition names and that are none of movieId, title, year, genres, userId, rating, time.
std::vector<std::string> own_columns_of_condition(Database& database, const std::string& where, const TableFile& ratings);

/// Throws UserError when the condition is none, or when it needs films and columns of the table's own at once.
void check_condition(Database& database, const PrepareSettings& settings, const Source& source, const Relations& relations);

/// Makes ratings_typed of ratings_unjudged: with the column `passes`.
void judge_ratings(Database& database, const PrepareSettings& settings, const Source& source);

}  // namespace encore
