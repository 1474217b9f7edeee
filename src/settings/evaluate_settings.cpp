// The table of the options of `encore evaluate`.
#include "settings/evaluate_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<EvaluateSettings>& evaluate_options() {
  using S = EvaluateSettings;
  static const OptionTable<S> table = {
      model_folder_row(&S::model),
      {.name = "DATASET",
       .member = &S::dataset,
       .value_name = "",
       .sentence = "The dataset folder that the model was trained on.",
       .required = true},
      {.name = "--fold",
       .member = &S::fold,
       .value_name = "FOLD",
       .sentence = "The held-out users to judge on; settings are chosen on validation users, never on test users.",
       .choices = {"test", "validation"}},
      {.name = "--reconstruction",
       .member = &S::reconstruction,
       .value_name = "",
       .sentence =
           "Errors of reconstruction too, for training and held-out users; without them only the ranking is judged."},
      {.name = "--other-dataset",
       .member = &S::other_dataset,
       .value_name = "",
       .sentence = "Judge on another dataset with the same films, although its held-out users may be users that the "
                   "model was trained on."},
      threads_row(&S::threads),
  };
  return table;
}

}  // namespace encore
