// Which column of a table is what: as the options say, by name or number; else by MovieLens' names; else by names that are common
// (settings/known_columns.h). Not which file plays which part (source.h), and no look at values.
#pragma once
#include <optional>
#include <string>
#include <vector>
#include "preparation/table_file.h"
#include "settings/prepare_settings.h"

namespace encore {

/// Columns by what they mean; empty: not found.
struct RatingColumns {
  std::optional<std::string> user, item, rating, time;
  bool counts = false;   ///< the rating is a count: of plays, of pieces
  bool guessed = false;  ///< some of them by a common name
  bool complete(const PrepareSettings& settings) const;
};

struct FilmColumns {
  std::optional<std::string> id, title, genres, year;
  bool guessed = false;
  bool complete() const { return id && title; }
};

/// Gives columns without a name one ("column1"), takes blanks off the others, and tells equal ones apart; without a header all are
/// named by their numbers. Names are compared by SQL, where case does not count.
void name_columns(TableFile& file, bool header);

/// `guess` = false: only the names that the options say. Throws UserError when an option that the user gave names no column.
RatingColumns rating_columns(const TableFile& file, const PrepareSettings& settings, bool guess);

/// The same of a table of films; `item` is the ratings' column of ids.
FilmColumns film_columns(const TableFile& file, const PrepareSettings& settings, const std::string& item, bool guess);

/// "users in 'visitor', items in 'sku', …": what was guessed, for a remark.
std::string told_columns(const TableFile& file, const RatingColumns& columns);
std::string told_columns(const TableFile& file, const FilmColumns& columns);

/// Names for a sentence: the first forty, long ones cut.
std::string short_list(const std::vector<std::string>& names);

/// Says which columns are missing, and one complete command that names some. Throws UserError.
[[noreturn]] void refuse_columns(const TableFile& file, const RatingColumns& found, const PrepareSettings& settings);
[[noreturn]] void refuse_columns(const TableFile& file, const FilmColumns& found, const PrepareSettings& settings);

/// Throws UserError when a column has two roles, or holds lists or structs.
void require_usable(const TableFile& file, const RatingColumns& columns);
void require_usable(const TableFile& file, const FilmColumns& columns);

}  // namespace encore
