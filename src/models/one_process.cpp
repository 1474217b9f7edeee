// Each refusal in one sentence.
#include "models/one_process.h"

#include <fmt/format.h>


#include "evaluation/ranking.h"
#include "process/error.h"

namespace encore {

void require_one_process(const FitContext& context, std::string_view kind) {
  if (context.world.processes() == 1) return;
  throw UserError(fmt::format("--model {} is computed by one process; give it one worker, or take --model mult-dae, which several train "
                              "together",
                              kind));
}

void require_likes(const LikeMatrix& likes) {
  if (likes.users() > 0) return;
  throw UserError(
      "no training user has a rating that this model learns from; prepare with a smaller --hold-out or a lower --liked");
}

std::int64_t ranking_users(const Dataset& dataset) {
  return std::ssize(users_with_targets(dataset, Fold::validation));
}

std::vector<double> validation_ndcgs(const Model& model, const Dataset& dataset, int threads) {
  TrainedModel judged;
  judged.model = std::shared_ptr<const Model>(std::shared_ptr<const Model>(), &model);
  RankingRules rules;
  rules.metrics = read_metrics("ndcg@100");
  const RankingJudgement judgement = judge_ranking(judged, dataset, Fold::validation, rules, threads);
  std::vector<double> each;
  for (const Share& share : judgement.shares) each.push_back(share.weight > 0 ? share.sum / share.weight : 0);
  return each;
}

double validation_ndcg(const Model& model, const FitContext& context) {
  return ranking_quality(model, context.dataset, Fold::validation, context.plan.threads)["ndcg@100"].value_or(0);
}

}  // namespace encore
