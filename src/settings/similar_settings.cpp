// The table of the options of `encore similar`.
#include "settings/similar_settings.h"

namespace encore {

const OptionTable<SimilarSettings>& similar_options() {
  using S = SimilarSettings;
  static const OptionTable<S> table = {
      {.name = "MODEL",
       .member = &S::model,
       .value_name = "",
       .sentence = "A model folder, as `encore train` writes it.",
       .required = true},
      {.name = "TITLE",
       .member = &S::title,
       .value_name = "",
       .sentence = "A film by its title (case, articles and the year are forgiven) or as id:318.",
       .required = true},
      {.name = "-k,--count", .member = &S::k, .value_name = "K", .sentence = "How many films.", .low = 1, .high = 1e6},
  };
  return table;
}

}  // namespace encore
