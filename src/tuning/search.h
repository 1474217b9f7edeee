// Which trials are run, how far each goes, and which one wins: random points or TPE (sampler.h) in brackets of nine, and in each
// bracket successive halving (Jamieson and Talwalkar 2016; Li et al. 2020). Everything follows from the seed and the answers, never
// from who was ready first, so any number of workers decides alike. Not how trials are run (trial_run.h, workers.h).
//
//   rung 0   every new trial gets a few epochs
//   rung 1   of all trials of its kind that were ever judged at rung 0, the best third goes on, each from its checkpoint
//   rung 2   the same of rung 1, to the end of the training
//
// The defaults of a kind always go to the end: they are what the others are compared with. A kind without epochs is done after
// rung 0.
#pragma once
#include <functional>
#include <span>
#include <vector>

#include "tuning/search_space.h"
#include "tuning/trial.h"

namespace encore {

struct SearchRules {
  std::int64_t trials = 45;
  std::uint64_t seed = 42;
  bool learns = true;  ///< TPE; false: random
  std::string metric = "ndcg@100";
  bool less_is_better = false;
};

struct Trial {
  std::int64_t number = 0;  ///< from 1
  std::size_t space = 0;    ///< of its kind
  bool defaults = false;    ///< nothing said
  std::vector<double> point;
  nlohmann::ordered_json options;
  std::vector<TrialAnswer> answers;  ///< by rung

  bool failed() const { return !answers.empty() && !answers.back().failure.empty(); }
  bool finished() const { return !answers.empty() && answers.back().finished; }
  double seconds() const;
};

/// Runs what is asked for, in any order, and answers in the order of the requests; nothing for what there was no time for.
using RunTrials = std::function<std::vector<std::optional<TrialAnswer>>(const std::vector<TrialRequest>&)>;

/// Ends when all trials are as far as they go, or when one was not answered.
std::vector<Trial> search(const std::vector<SearchSpace>&, const SearchRules&, const RunTrials&);

/// The finished trial that is best, the first of equals; null when none is finished.
const Trial* winner_of(const std::vector<Trial>&, bool less_is_better);
/// The finished trial of the kind's defaults; null when there is none.
const Trial* defaults_of(const std::vector<Trial>&, std::size_t space);

}  // namespace encore
