// `encore compare`: models judged on the same users, pair by pair: which is better, by how much, and how sure that is.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
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

/// One model against the first, by all metrics; nothing where a metric says nothing of anybody.
struct Row {
  std::string model;
  std::vector<std::optional<Comparison>> by_metric;
};

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

std::vector<Metric> metrics_of_lists(const CompareSettings& settings) {
  std::vector<Metric> metrics = read_metrics(settings.metrics);
  for (const Metric& metric : metrics)
    if (metric.kind->of_user == nullptr)
      throw UserError(fmt::format("--metrics: {} is one figure of all lists together and cannot be compared user by user",
                                  metric.key));
  return metrics;
}

std::vector<Share> shares_of(const RankingJudgement& judgement, std::size_t metric, std::size_t metrics) {
  std::vector<Share> shares;
  for (std::size_t user = 0; user < judgement.users.size(); ++user)
    shares.push_back(judgement.shares[user * metrics + metric]);
  return shares;
}

std::string sentence(const CompareSettings& settings, const Row& row, const Metric& metric,
                     const std::optional<Comparison>& found) {
  const std::string& first = settings.folders.front();
  if (!found) return fmt::format("{} says nothing of these users.", metric.title);
  const double half = std::max(found->high - found->difference, found->difference - found->low);
  if (found->holm >= 0.05)
    return fmt::format("{} and {} cannot be told apart by {}: {:+.4f} \u00b1 {:.4f} (p = {:.2g}).", row.model, first,
                       metric.title, found->difference, half, found->holm);
  return fmt::format("{} is {} than {} by {:.4f} \u00b1 {:.4f} {} (p = {:.2g}).", row.model,
                     found->difference > 0 ? "better" : "worse", first, std::abs(found->difference), half, metric.title,
                     found->holm);
}

Json json_of(const CompareSettings& settings, const std::vector<Row>& rows, const std::vector<Metric>& metrics) {
  Json comparisons = Json::array();
  for (const Row& row : rows) {
    Json by_metric = Json::object();
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto& found = row.by_metric[m];
      if (!found) {
        by_metric[metrics[m].key] = nullptr;
        continue;
      }
      by_metric[metrics[m].key] = {{"users", found->users},
                                   {"first", found->first},
                                   {"second", found->second},
                                   {"difference", found->difference},
                                   {"interval", {found->low, found->high}},
                                   {"p", found->p},
                                   {"p_holm", found->holm},
                                   {"wins", found->wins},
                                   {"ties", found->ties},
                                   {"losses", found->losses}};
    }
    comparisons.push_back({{"first", settings.folders.front()},
                           {"second", row.model},
                           {"metrics", by_metric},
                           {"sentence", sentence(settings, row, metrics[0], row.by_metric[0])}});
  }
  return {{"dataset", settings.folders.back()}, {"fold", settings.fold}, {"comparisons", comparisons}};
}

std::string text_of(const CompareSettings& settings, const std::vector<Row>& rows, const std::vector<Metric>& metrics) {
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
  for (const Row& row : rows) {
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      const auto& found = row.by_metric[m];
      const std::string name = m == 0 ? row.model : "";
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
    sentences += sentence(settings, row, metrics[0], row.by_metric[0]) + "\n";
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

std::vector<Row> compared_with_the_first(const CompareSettings& settings, const std::vector<JudgedModel>& models,
                                         const std::vector<Metric>& metrics) {
  std::vector<Row> rows;
  const std::size_t width = models[0].rules.metrics.size();
  for (std::size_t i = 1; i < models.size(); ++i) {
    Row row{settings.folders[i], {}};
    for (std::size_t m = 0; m < metrics.size(); ++m)
      row.by_metric.push_back(compared(metrics[m], shares_of(models[0].judgement, m, width), shares_of(models[i].judgement, m, width),
                                       static_cast<std::uint64_t>(settings.seed)));
    rows.push_back(std::move(row));
  }
  std::vector<Comparison*> together;
  for (Row& row : rows)
    for (auto& found : row.by_metric)
      if (found) together.push_back(&*found);
  correct_by_holm(together);
  return rows;
}

int run_compare(const CompareSettings& settings, const Output& output) {
  if (settings.folders.size() < 3)
    throw UserError("compare needs two models or more and their dataset: encore compare A.model B.model DATASET");
  const std::vector<Metric> metrics = metrics_of_lists(settings);
  if (settings.page) require_parent(*settings.page);
  const Dataset dataset = read_dataset(settings.folders.back());
  const Fold fold = settings.fold == "test" ? Fold::test : Fold::validation;
  if (users_with_targets(dataset, fold).empty())
    throw UserError(fmt::format("{} has no {} users with something to find; prepare with --{} 0.2",
                                settings.folders.back(), settings.fold,
                                fold == Fold::test ? "hold-out" : "validation"));
  const std::vector<JudgedModel> models = judged(settings, dataset, fold, output);
  const std::vector<Row> rows = compared_with_the_first(settings, models, metrics);
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
