// The table of options of `encore prepare`: names, ranges, defaults and help in one place.
#include "settings/prepare_settings.h"

namespace encore {
namespace {

using S = PrepareSettings;
constexpr std::string_view selection = "Which ratings", judging = "Held-out users", columns = "Any table of ratings",
                           resources = "Resources";

}  // namespace

const OptionTable<PrepareSettings>& prepare_options() {
  static const OptionTable<PrepareSettings> table = {
      {.name = "SOURCE", .member = &S::source, .value_name = "",
       .sentence = "A MovieLens folder (CSV, ML-1M or ML-100K), or any CSV, TSV or Parquet file of ratings, plain or gzip.",
       .required = true},
      {.name = "-o,--output", .member = &S::output, .value_name = "DATASET",
       .sentence = "The dataset folder to write; one that is there already is replaced.", .required = true},
      {.name = "--years", .member = &S::years, .value_name = "FIRST-LAST",
       .sentence = "Only films of these years, both included; the year stands at the end of the title.",
       .default_text = "all films", .group = selection},
      {.name = "--where", .member = &S::where, .value_name = "SQL",
       .sentence = "Only ratings for which this SQL condition over movieId, title, year, genres, userId, rating and time holds.",
       .default_text = "all ratings", .group = selection},
      {.name = "--min-item-ratings", .member = &S::min_item_ratings, .value_name = "N",
       .sentence = "Only films with at least this many ratings; counted once, before the users.", .low = 0, .group = selection},
      {.name = "--min-user-ratings", .member = &S::min_user_ratings, .value_name = "N",
       .sentence = "Only users with at least this many of the remaining ratings.", .low = 0, .group = selection},
      {.name = "--scale", .member = &S::scale, .value_name = "MIN-MAX",
       .sentence = "The scale of the ratings; others are rejected, and values become rating / MAX.", .group = selection},
      {.name = "--liked", .member = &S::liked, .value_name = "X", .sentence = "A rating of at least this counts as liked.",
       .default_text = "4, or 0.8 times the maximum of another scale", .group = selection},
      {.name = "--implicit", .member = &S::implicit, .value_name = "",
       .sentence = "Every row counts as 1, whatever its rating; a file without ratings needs this.", .group = selection},
      {.name = "--strict", .member = &S::strict, .value_name = "",
       .sentence = "Stop when a row is rejected for another reason than a later rating of the same film.", .group = selection},
      {.name = "--rejects", .member = &S::rejects, .value_name = "FILE",
       .sentence = "Write the rejected rows, with the reasons, to this CSV file.", .default_text = "counted only",
       .group = selection},
      {.name = "--hold-out", .member = &S::hold_out, .value_name = "SHARE",
       .sentence = "The share of the users that become test users.", .low = 0, .high = 0.99, .group = judging},
      {.name = "--validation", .member = &S::validation, .value_name = "SHARE",
       .sentence = "The share of the users that become validation users.", .low = 0, .high = 0.99, .group = judging},
      {.name = "--seed", .member = &S::seed, .value_name = "N",
       .sentence = "Decides which users are held out and which of their films are to be found.", .low = 0, .group = judging},
      {.name = "--user-column", .member = &S::user_column, .value_name = "NAME", .sentence = "The column of the users' ids.",
       .group = columns},
      {.name = "--item-column", .member = &S::item_column, .value_name = "NAME", .sentence = "The column of the films' ids.",
       .group = columns},
      {.name = "--rating-column", .member = &S::rating_column, .value_name = "NAME", .sentence = "The column of the ratings.",
       .group = columns},
      {.name = "--time-column", .member = &S::time_column, .value_name = "NAME",
       .sentence = "The column of the times in seconds since 1970; there need not be one.", .group = columns},
      {.name = "--movies", .member = &S::movies, .value_name = "FILE",
       .sentence = "A table of the films' ids, titles and genres.", .default_text = "the one in the folder, else titles are ids",
       .group = columns},
      {.name = "--title-column", .member = &S::title_column, .value_name = "NAME", .sentence = "The column of the films' titles.",
       .group = columns},
      {.name = "--genres-column", .member = &S::genres_column, .value_name = "NAME",
       .sentence = "The column of the films' genres; there need not be one.", .group = columns},
      {.name = "--ids", .member = &S::ids, .value_name = "KIND",
       .sentence = "Whether ids are numbers or text; auto: numbers when more than half of a column are.",
       .choices = {"auto", "number", "text"}, .group = columns},
      {.name = "--memory", .member = &S::memory, .value_name = "SIZE",
       .sentence = "The most memory that the process may use, such as 400MB or 2GB; more work goes over the disk.",
       .default_text = "900MB, or half of what the machine has if that is less", .group = resources},
      {.name = "--threads", .member = &S::threads, .value_name = "N", .sentence = "How many threads work.", .low = 1,
       .high = 1024, .default_text = "what the processor and the container allow", .group = resources},
  };
  return table;
}

}  // namespace encore
