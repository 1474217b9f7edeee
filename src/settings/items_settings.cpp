// The table of the options of `encore items`.
#include "settings/items_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<ItemsSettings>& items_options() {
  using S = ItemsSettings;
  static const OptionTable<S> table = {
      {.name = "ACTION",
       .member = &S::action,
       .value_name = "",
       .sentence = "list: how many films may be answers, and which were added or retired since the training; add: new films, which get "
                   "their numbers from titles, years, genres and other features, without training; rate: ratings of added films, which "
                   "these films' numbers follow, without training; retire: no answers any more, still "
                   "tastes; restore: answers again; forget: films whose numbers are deleted.",
       .choices = {"list", "add", "rate", "retire", "restore", "forget"},
       .required = true},
      model_folder_row(&S::model),
      {.name = "WHAT",
       .member = &S::what,
       .value_name = "",
       .sentence = "What the action is about; list: nothing; add: a table with a column title, and perhaps movieId, year, genres and "
                   "others, whose texts are features (several with | between them); rate: a table with the columns userId, movieId and "
                   "rating, which holds all ratings of added films until now; retire, restore, forget: titles, or ids as id:318."},
      {.name = "--item-vectors",
       .member = &S::item_vectors,
       .value_name = "FILE",
       .sentence = "add: vectors of the new films, by their ids, made as those of `encore prepare --item-vectors`."},
      {.name = "--dataset",
       .member = &S::dataset,
       .value_name = "DATASET",
       .sentence = "rate: the dataset folder that the model was trained on, which knows what else the users like."},
      threads_row(&S::threads),
  };
  return table;
}

}  // namespace encore
