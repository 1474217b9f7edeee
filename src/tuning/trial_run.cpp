// Plan, fit, steps, judgement.
#include "tuning/trial_run.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "evaluation/ranking.h"
#include "models/plan.h"
#include "models/table.h"
#include "models/train_options.h"
#include "options/settings_json.h"
#include "process/error.h"
#include "process/interruption.h"
#include "training/checkpoint.h"
#include "training/trainer.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

TrainingPlan plan_of(const TrialRequest& request, const Dataset& dataset, int threads) {
  nlohmann::ordered_json options = request.options;
  options["model"] = request.model;
  options["threads"] = threads;
  const TrainSettings settings = settings_from_json(train_options(), options.dump());
  TrainingPlan plan = plan_training(settings, std::ssize(dataset.users_in(Fold::train)),
                                    std::ssize(dataset.users_in(Fold::validation)));
  require_trainable(plan, dataset);
  return plan;
}

void judge(TrialAnswer& answer, const TrialRequest& request, const Fit& fit, const Dataset& dataset,
           const TrainingPlan& plan) {
  RankingRules rules;
  rules.metrics = read_metrics(request.metric);
  const RankingJudgement judgement =
      judge_ranking(finished_model(fit, dataset, plan), dataset, Fold::validation, rules, plan.threads);
  answer.value = figure_of(rules.metrics[0], judgement.all.shares[0]);
  for (const Share& share : judgement.shares) answer.users.push_back(figure_of(rules.metrics[0], share));
}

}  // namespace

std::int64_t epochs_until(const TrainingPlan& plan, int rung) {
  if (rung >= last_rung) return std::numeric_limits<std::int64_t>::max();
  std::int64_t epochs = std::max<std::int64_t>(1, std::min(5 * plan.round, (plan.learning.epochs + 8) / 9));
  for (int r = 0; r < rung; ++r) epochs *= 3;
  return epochs;
}

TrialAnswer run_trial(const TrialRequest& request, const Dataset& dataset, int threads, const fs::path& folder) {
  const auto began = std::chrono::steady_clock::now();
  const TrainingPlan plan = plan_of(request, dataset, threads);
  ClusterWorld world(plan.shards, plan.threads);
  const FitContext context{dataset, plan, world};
  const std::unique_ptr<Fit> fit = begin_fit(context);
  if (fs::exists(checkpoint_file(folder))) fit->resume(folder);
  const std::int64_t until = epochs_until(plan, request.rung);
  while (!fit->finished() && fit->record().epoch < until) {
    if (interruption_requested() != 0 || !fit->step({})) {
      fs::create_directories(folder);
      fit->keep(folder);
      throw Interrupted(interruption_requested(), "stopped");
    }
  }
  TrialAnswer answer;
  answer.finished = fit->finished();
  answer.epochs = fit->record().epoch;
  judge(answer, request, *fit, dataset, plan);
  if (answer.finished) {
    fs::remove_all(folder);
  } else {
    fs::create_directories(folder);
    fit->keep(folder);
  }
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return answer;
}

}  // namespace encore
