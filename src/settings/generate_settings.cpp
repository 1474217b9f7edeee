// The table of the options of `encore generate`.
#include "settings/generate_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<GenerateSettings>& generate_options() {
  using S = GenerateSettings;
  static const OptionTable<S> table = {
      {.name = "-o,--output",
       .member = &S::output,
       .value_name = "FOLDER",
       .sentence = "Folder to write movies.csv and ratings.csv into; an earlier twin there is replaced.",
       .required = true},
      {.name = "--like",
       .member = &S::like,
       .value_name = "NAME",
       .sentence = "Data set whose shape the twin has.",
       .choices = {"ml-25m", "ml-1m", "ml-latest-small"}},
      {.name = "--scale",
       .member = &S::scale,
       .value_name = "X",
       .sentence = "Multiplies users and ratings; films are multiplied by its square root.",
       .low = 0.0001,
       .high = 10,
       .default_text = "1"},
      {.name = "--users",
       .member = &S::users,
       .value_name = "N",
       .sentence = "So many users; ratings and films follow.",
       .low = 20,
       .high = 1e9,
       .default_text = "what --like and --scale say"},
      {.name = "--films",
       .member = &S::films,
       .value_name = "N",
       .sentence = "So many films with ratings.",
       .low = 10,
       .high = 1e8,
       .default_text = "what --like and --scale say, or follows from --users"},
      {.name = "--ratings",
       .member = &S::ratings,
       .value_name = "N",
       .sentence = "So many ratings.",
       .low = 420,
       .high = 1e11,
       .default_text = "what --like and --scale say, or follows from --users"},
      {.name = "--seed",
       .member = &S::seed,
       .value_name = "N",
       .sentence = "Same seed, same bytes, on any number of threads.",
       .low = 0},
      threads_row(&S::threads),
  };
  return table;
}

}  // namespace encore
