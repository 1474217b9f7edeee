// `encore compare`: models judged on the same users, pair by pair: which is better, by how much, and how sure that is.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <chrono>
#include <span>
#include "commands/command.h"
#include "commands/compare_charts.h"
#include "commands/judgement.h"
#include "console/progress.h"
#include "console/table.h"
#include "evaluation/comparison.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "process/error.h"
#include "process/resources.h"
#include "process/staged_file.h"
#include "report/page.h"
#include "settings/compare_settings.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

EvaluateSettings judging(const CompareSettings& settings, const std::string& model) {
  EvaluateSettings judging;
  judging.model = model;
  judging.dataset = settings.folders.back();
  judging.fold = settings.fold;
  judging.metrics = settings.metrics;
  judging.candidates = settings.candidates;
  judging.hide = settings.hide;
  return judging;
}

Json json_of(const CompareSettings& settings, const std::vector<ComparedModel>& rows, const std::vector<Metric>& metrics) {
  return {{"dataset", settings.folders.back()},
          {"fold", settings.fold},
          {"comparisons", comparisons_json(settings.folders.front(), rows, metrics)}};
}

std::string text_of(const CompareSettings& settings, const std::vector<ComparedModel>& rows, const std::vector<Metric>& metrics) {
  Table table({{"model"},
               {"metric"},
               {"users", true},
               {settings.folders.front(), true},
               {"this one", true},
               {"difference", true},
               {"95 % interval", true},
               {"p", true},
               {"p (Holm)", true},
               {"wins/ties/losses", true}});
  std::string sentences;
  for (const ComparedModel& row : rows) {
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto& found = row.by_metric[m];
      const std::string name = m == 0 ? row.name : "";
      if (!found) {
        table.add({name, metrics[m].title, "0", "-", "-", "-", "-", "-", "-", "-"});
        continue;
      }
      table.add({name, metrics[m].title, with_thousands(found->users), fmt::format("{:.4f}", found->first),
                 fmt::format("{:.4f}", found->second), fmt::format("{:+.4f}", found->difference),
                 fmt::format("{:+.4f} to {:+.4f}", found->low, found->high), fmt::format("{:.4f}", found->p),
                 fmt::format("{:.4f}", found->holm),
                 fmt::format("{}/{}/{}", found->wins, found->ties, found->losses)});
    }
    sentences += sentence_of(settings.folders.front(), row, metrics[0]) + "\n";
  }
  return table.text() + "\n" + sentences;
}

/// All models judged on the same users, by the metrics asked for and, for the page, by those of its charts.
std::vector<JudgedModel> judged(const CompareSettings& settings, const Dataset& dataset, Fold fold, const Output& output) {
  const int threads = threads_to_use(settings.threads);
  std::vector<JudgedModel> all;
  for (std::size_t i = 0; i + 1 < settings.folders.size(); ++i) {
    const EvaluateSettings one = judging(settings, settings.folders[i]);
    const TrainedModel model = read_model(one.model);
    require_to_be_judged(model, dataset, one);
    if (const std::string retired = said_of_retired_films(model, one.model); !retired.empty()) output.warn(retired);
    RankingRules rules = rules_from(one, dataset, fold);
    if (settings.page) add_charts(rules, dataset, fold);
    Progress progress(output, one.model, "users", static_cast<double>(dataset.users_in(fold).size()));
    const auto began = std::chrono::steady_clock::now();
    RankingJudgement judgement = judge_ranking(model, dataset, fold, rules, threads,
                                               [&](std::int64_t users) { progress.update(static_cast<double>(users)); });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    all.push_back({one.model, std::move(rules), std::move(judgement), seconds, model.model->parameters()});
  }
  return all;
}

std::vector<ComparedModel> against_the_first(const CompareSettings& settings, const std::vector<JudgedModel>& models,
                                             const std::vector<Metric>& metrics) {
  std::vector<std::vector<Share>> shares;
  for (const JudgedModel& model : models) shares.push_back(model.judgement.shares);
  return compared_with_the_first(std::span(settings.folders).first(models.size()), metrics, shares,
                                 models.front().rules.metrics.size(), static_cast<std::uint64_t>(settings.seed));
}

int run_compare(const CompareSettings& settings, const Output& output) {
  if (settings.folders.size() < 3)
    throw UserError("compare needs two models or more and their dataset: encore compare A.model B.model DATASET");
  const std::vector<Metric> metrics = metrics_of_lists(settings.metrics);
  if (settings.page) require_parent(*settings.page);
  const Dataset dataset = read_dataset(settings.folders.back());
  const Fold fold = settings.fold == "test" ? Fold::test : Fold::validation;
  if (users_with_targets(dataset, fold).empty())
    throw UserError(fmt::format("{} has no {} users with something to find; prepare with --{} 0.2",
                                settings.folders.back(), settings.fold,
                                fold == Fold::test ? "hold-out" : "validation"));
  const std::vector<JudgedModel> models = judged(settings, dataset, fold, output);
  const std::vector<ComparedModel> rows = against_the_first(settings, models, metrics);
  const Json answer = json_of(settings, rows, metrics);
  if (settings.page) write_file_whole(*settings.page, page_of(charts_json(answer, models, dataset, metrics).dump()));
  output.object(answer.dump());
  output.result(text_of(settings, rows, metrics));
  return 0;
}

}  // namespace

Command compare_command() {
  return make_command<CompareSettings>(
      "compare", "Say which of several models ranks better for the same users, by how much, and how sure that is.",
      {"encore compare fifties.popular fifties.model fifties",
       "encore compare old.model new.model fifties --metrics ndcg@20,hit@10 --json",
       "encore compare old.model new.model fifties --page difference.html"},
      compare_options(), run_compare);
}

}  // namespace encore
