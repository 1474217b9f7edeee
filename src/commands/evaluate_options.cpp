// The table of the options of `encore evaluate`, which names the metrics of their table.
#include "settings/evaluate_settings.h"

#include <fmt/format.h>

#include "evaluation/given_parts.h"
#include "evaluation/metric_table.h"
#include "settings/shared_rows.h"

namespace encore {

const OptionTable<EvaluateSettings>& evaluate_options() {
  using S = EvaluateSettings;
  constexpr std::string_view ranking = "Ranking";
  static const std::string which_metrics = fmt::format("Which metrics, with any number behind an @: {}.", metric_names());
  static const OptionTable<S> table = {
      model_folder_row(&S::model),
      {.name = "DATASET",
       .member = &S::dataset,
       .value_name = "",
       .sentence = "The dataset folder that the model was trained on.",
       .required = true},
      fold_row(&S::fold),
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
      {.name = "--metrics",
       .member = &S::metrics,
       .value_name = "NAMES",
       .sentence = which_metrics,
       .default_text = "recall@20,recall@50,ndcg@10,ndcg@100,precision@10,coverage,gini, or those of the dataset's protocol",
       .group = ranking},
      {.name = "--by",
       .member = &S::by,
       .value_name = "SLICE",
       .sentence = "Judge slices too: popularity (of the films to be found), history (how much of a user goes in), or "
                   "an SQL condition on the films to be found, such as \"year < 1980\".",
       .group = ranking},
      {.name = "--candidates",
       .member = &S::candidates,
       .value_name = "WHICH",
       .sentence = "Which films are ranked: rated-by-somebody (with a training rating), all, or those whose ids stand "
                   "in this file, one a line.",
       .group = ranking},
      {.name = "--hide",
       .member = &S::hide,
       .value_name = "WHAT",
       .sentence = "Which films are not shown to a user: given (what went in; what they disliked stays a candidate) or "
                   "rated (all that they rated but the films to be found).",
       .choices = {"given", "rated"},
       .group = ranking},
      {.name = "--give",
       .member = &S::give,
       .value_name = "WHAT",
       .sentence = "What of a judged user goes in: liked (a part of what they liked), all (four fifths of what they rated lower, too, "
                   "which then is no answer; a model of `train --input channels` uses it) or seen (those four fifths alone).",
       .choices = give_names(),
       .group = ranking},
      {.name = "--negatives",
       .member = &S::negatives,
       .value_name = "N",
       .sentence = "Rank only N films drawn by chance beside those to be found, as some papers did (99); such figures mislead, and 0 "
                   "ranks all.",
       .low = 0,
       .high = 1e6,
       .group = ranking},
      {.name = "--per-user",
       .member = &S::per_user,
       .value_name = "FILE",
       .sentence = "Write what each user adds to each metric to this Parquet file.",
       .default_text = "means only",
       .group = ranking},
      threads_row(&S::threads),
  };
  return table;
}

}  // namespace encore
