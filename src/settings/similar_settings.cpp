// The table of the options of `encore similar`.
#include "settings/similar_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<SimilarSettings>& similar_options() {
  using S = SimilarSettings;
  static const OptionTable<S> table = {
      model_folder_row(&S::model),
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
