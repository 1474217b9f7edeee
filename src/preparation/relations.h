// The statements that name the source: the only part of the pipeline that is DuckDB's alone. They make the two
// relations on which the common texts (sql/) build, ratings_typed and movies_typed, by one of two ways with the same
// result: typed, when every value is known to be a number in its simplest form; else through text (sql/10, sql/20),
// with a reason for each row that will not do.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "database/database.h"
#include "preparation/source.h"

namespace encore {

/// What is known once the relations stand.
struct Relations {
  bool typed = false;  ///< the fast way
  bool user_is_number = true, movie_is_number = true;
  bool ascending = false;  ///< rows stand in order of user and film, none twice
  bool flawless = false;   ///< all rows are ratings: nothing is missing, nothing out of scale
  std::vector<std::string> remarks;  ///< what was guessed and may be decided otherwise
};

/// Ids that come from elsewhere: where some are no numbers, all are text (but for those that must be numbers).
struct OtherIds {
  bool text_users = false, text_movies = false;
};

/// Makes ratings_unjudged and what it stands on (condition.h makes ratings_typed of it). `allow_typed` = false takes the way through text.
Relations create_ratings(Database& database, const Source& source, const PrepareSettings& settings,
                         bool allow_typed = true, const OtherIds& others = {});

/// A SELECT of the ratings' table with the columns of raw_ratings (sql/10); text is read as the relation `rows_name`.
std::string select_raw_ratings(Database& database, const Source& source, const char* rows_name);

/// The columns of ratings_parsed in which the ids stand: of users, of films.
std::string user_id_expression(const Relations& relations, const PrepareSettings& settings);
std::string movie_id_expression(const Relations& relations, const PrepareSettings& settings);

/// Makes movies_typed and what it stands on. Without a file of films the ids in movie_counts are the titles.
void create_movies(Database& database, const Source& source, const PrepareSettings& settings, bool movie_is_number);

/// A column of ids as text: whole numbers as they are written without a point.
std::string id_text(const TableFile& file, const std::string& column);

/// "malformed, line, problem FROM …" of a file, whose text is read as the relation `name`; `used`: its columns that are looked at.
std::string file_rows(Database& database, const TableFile& file, const char* name, const std::vector<std::string>& used);

}  // namespace encore
