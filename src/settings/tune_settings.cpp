// The table of the options of `encore tune`.
#include "settings/tune_settings.h"

#include "settings/shared_rows.h"

namespace encore {

const OptionTable<TuneSettings>& tune_options() {
  using S = TuneSettings;
  constexpr std::string_view what = "What is searched", how_long = "How long", processes = "Its own processes";
  static const OptionTable<S> table = {
      {.name = "DATASET",
       .member = &S::dataset,
       .value_name = "",
       .sentence = "The dataset folder that `encore prepare` wrote, with validation users.",
       .required = true},
      {.name = "-o,--output",
       .member = &S::output,
       .value_name = "FOLDER",
       .sentence = "The folder for all that is found: the winner's model, results.json, the page, every trial.",
       .required = true},
      {.name = "--models",
       .member = &S::models,
       .value_name = "NAME,NAME,…",
       .sentence = "The kinds of models whose options are searched; the defaults of each are tried first.",
       .group = what},
      {.name = "--range",
       .member = &S::ranges,
       .value_name = "OPTION=VALUES",
       .sentence = "Where to look for the value of an option of `encore train`: LOW:HIGH, A|B|C, or the one value that it "
                   "always has.",
       .group = what},
      {.name = "--search",
       .member = &S::search,
       .value_name = "HOW",
       .sentence = "tpe learns from the trials before where to look (Bergstra et al. 2011); random does not.",
       .choices = {"tpe", "random"},
       .group = what},
      {.name = "--metric",
       .member = &S::metric,
       .value_name = "NAME",
       .sentence = "What the validation users say of a trial: a metric of single lists, as for `encore evaluate`.",
       .group = what},
      {.name = "--seed",
       .member = &S::seed,
       .value_name = "N",
       .sentence = "Decides the values that are tried; the seed of every training is its own default.",
       .low = 0,
       .high = 9.0e15,
       .group = what},
      {.name = "--trials",
       .member = &S::trials,
       .value_name = "N",
       .sentence = "How many settings are tried, at most.",
       .low = 1,
       .high = 100'000,
       .group = how_long},
      {.name = "--minutes",
       .member = &S::minutes,
       .value_name = "X",
       .sentence = "How long it may take, with the training of the winner; 0: until all trials are done.",
       .low = 0,
       .high = 1e6,
       .group = how_long},
      {.name = "--resume",
       .member = &S::resume,
       .value_name = "",
       .sentence = "Go on with the trials in FOLDER, or add to them with more --trials or --minutes.",
       .group = how_long},
      {.name = "--workers",
       .member = &S::workers,
       .value_name = "N",
       .sentence = "Trials that run at the same time, each in a process of its own with its share of the threads; the "
                   "result does not depend on them.",
       .low = 1,
       .high = 1024,
       .default_text = "1 for every 2 threads",
       .group = how_long},
      threads_row(&S::threads, how_long),
      {.name = "--trial",
       .member = &S::trial,
       .value_name = "FILE",
       .sentence = "Run the trial that this file asks for; -o names the file for its answer.",
       .default_text = "none: tune starts them",
       .group = processes},
  };
  return table;
}

}  // namespace encore
