// The table of the options of `encore recommend`.
#include "settings/recommend_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<RecommendSettings>& recommend_options() {
  using S = RecommendSettings;
  constexpr std::string_view who = "For whom", what = "Which films";
  static const OptionTable<S> table = {
      model_folder_row(&S::model),
      {.name = "--rate",
       .member = &S::rate,
       .value_name = "TITLE=STARS",
       .sentence =
           "A film that a new user rated, by its title (case, articles and the year are forgiven) or as id:318=5.",
       .group = who},
      {.name = "--ratings",
       .member = &S::ratings,
       .value_name = "FILE",
       .sentence = "A new user's ratings from a CSV file with the columns title or movieId, and rating.",
       .group = who},
      {.name = "--user", .member = &S::user, .value_name = "ID", .sentence = "A user of --dataset.", .group = who},
      {.name = "--all",
       .member = &S::all,
       .value_name = "",
       .sentence = "All users of --dataset, written to the file --output.",
       .group = who},
      {.name = "--dataset",
       .member = &S::dataset,
       .value_name = "DATASET",
       .sentence = "The dataset folder that holds the ratings of --user or --all.",
       .group = who},
      {.name = "-o,--output",
       .member = &S::output,
       .value_name = "FILE",
       .sentence = "Where --all writes its recommendations: Parquet when the name ends in .parquet, else CSV.",
       .group = who},
      {.name = "-k,--count",
       .member = &S::k,
       .value_name = "K",
       .sentence = "How many films for each user.",
       .low = 1,
       .high = 1e6,
       .group = what},
      {.name = "--where",
       .member = &S::where,
       .value_name = "SQL",
       .sentence = "Only films for which this SQL expression over movieId, title, year, genres and ratings is true.",
       .group = what},
      {.name = "--exclude",
       .member = &S::exclude,
       .value_name = "TITLE|ID",
       .sentence = "A film that is not to be recommended, seen but not rated, by its title or as id:318.",
       .group = what},
      {.name = "--include-seen",
       .member = &S::include_seen,
       .value_name = "",
       .sentence = "Films that the user rated may be recommended too.",
       .group = what},
      {.name = "--explain",
       .member = &S::explain,
       .value_name = "",
       .sentence = "Say why each film is there: the person's ratings without which its score would fall most.",
       .group = what},
      threads_row(&S::threads),
  };
  return table;
}

}  // namespace encore
