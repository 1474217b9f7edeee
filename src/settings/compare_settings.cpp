// The table of the options of `encore compare`.
#include "settings/compare_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<CompareSettings>& compare_options() {
  using S = CompareSettings;
  static const OptionTable<S> table = {
      {.name = "FOLDERS",
       .member = &S::folders,
       .value_name = "",
       .sentence = "The models, the one that the others are compared with first, and the dataset that they were trained "
                   "on last.",
       .required = true},
      fold_row(&S::fold),
      {.name = "--metrics",
       .member = &S::metrics,
       .value_name = "NAMES",
       .sentence = "Which metrics of single lists, as for `encore evaluate`; the first is the one of the sentence."},
      {.name = "--candidates",
       .member = &S::candidates,
       .value_name = "WHICH",
       .sentence = "Which films are ranked: rated-by-somebody, all, or those whose ids stand in this file."},
      {.name = "--hide",
       .member = &S::hide,
       .value_name = "WHAT",
       .sentence = "Which films are not shown to a user, as for `encore evaluate`.",
       .choices = {"given", "rated"}},
      {.name = "--seed",
       .member = &S::seed,
       .value_name = "N",
       .sentence = "Decides the samples of users behind intervals and probabilities.",
       .low = 0},
      {.name = "--page",
       .member = &S::page,
       .value_name = "FILE",
       .sentence = "Write a page with charts too: the differences, curves over k, slices, quality against time.",
       .default_text = "none"},
      threads_row(&S::threads),
  };
  return table;
}

}  // namespace encore
