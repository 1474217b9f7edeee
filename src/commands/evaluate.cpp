// `encore evaluate`: a model's errors and its ranking, beside what constants and popularity reach.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <optional>
#include "commands/command.h"
#include "commands/judgement.h"
#include "console/progress.h"
#include "console/table.h"
#include "dataset/dataset_summary.h"
#include "folder/dataset_folder.h"
#include "evaluation/evaluation.h"
#include "evaluation/figures.h"
#include "evaluation/ranking.h"
#include "process/resources.h"
#include "folder/model_folder.h"
#include "process/error.h"
#include "settings/evaluate_settings.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

/// What was found out; nothing where there are no such users.
struct Verdict {
  std::optional<ReconstructionErrors> train, held_out;
  std::optional<RankingQuality> ranking, popularity;
  struct Slice {
    std::string name;
    RankingQuality ranking, popularity;
  };
  std::vector<Slice> slices;
};

std::string cell(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

/// Whether the model gives back ratings at all, so that there are errors to show; a linear model only ranks.
bool has_errors(const std::optional<ReconstructionErrors>& errors) {
  return errors && (errors->mse || errors->rmse_rated || errors->rmse_held_out);
}

std::string errors_text(const Verdict& verdict, const std::string& fold, double maximum) {
  Table table({{"users"},
               {"", true},
               {"model", true},
               {"all zeros", true},
               {"item means", true},
               {"softmax floor", true},
               {"RMSE rated", true},
               {"RMSE held out", true}});
  const auto add = [&](const std::string& name, const std::optional<ReconstructionErrors>& errors) {
    if (!errors) return;
    table.add({name, with_thousands(errors->users), cell(errors->mse, 5), cell(errors->mse_zero, 5),
               cell(errors->mse_item_mean, 5), cell(errors->mse_floor, 5), cell(errors->rmse_rated, 3),
               cell(errors->rmse_held_out, 3)});
  };
  add("train", verdict.train);
  add(fold, verdict.held_out);
  return fmt::format(
      "Mean squared error over all cells (a rating counts as rating ÷ {:g}, no rating as 0); RMSE in stars\n{}",
      maximum, table.text());
}

/// The ranking in one sentence, by NDCG; empty without an NDCG that popularity has, too.
std::string verdict_text(const Verdict& verdict) {
  const RankingQuality &ranking = *verdict.ranking, &popularity = *verdict.popularity;
  std::string said;
  for (std::size_t m = 0; m < ranking.metrics.size(); ++m) {
    const auto &own = ranking.figures[m], &floor = popularity.figures[m];
    if (!ranking.metrics[m].title.starts_with("NDCG") || !own || !floor || *floor <= 0) continue;
    const double times = *own / *floor;
    said = fmt::format("{}: {:.2f} times popularity{}\n", ranking.metrics[m].title, times,
                       times < 1 ? "; recommending what most people like would do better" : "");
  }
  return said;
}

std::string ranking_text(const Verdict& verdict, const EvaluateSettings& settings) {
  Table table({{"metric"}, {"model", true}, {"popularity", true}});
  const RankingQuality& ranking = *verdict.ranking;
  for (std::size_t m = 0; m < ranking.metrics.size(); ++m)
    table.add({ranking.metrics[m].title, cell(ranking.figures[m], 4), cell(verdict.popularity->figures[m], 4)});
  const std::string films = settings.negatives == 0 ? "all films" : fmt::format("{} films drawn by chance", settings.negatives);
  return fmt::format("Ranking of {} for {} {} users, of whom a part of the liked films is hidden\n{}{}", films,
                     with_thousands(ranking.users), settings.fold, table.text(), verdict_text(verdict));
}

/// Model and popularity, one column a metric.
std::string slices_text(const Verdict& verdict) {
  std::vector<TableColumn> columns{{"slice"}, {"users", true}, {"ranking"}};
  for (const Metric& metric : verdict.ranking->metrics) columns.push_back({metric.title, true});
  Table table(columns);
  const auto add = [&](const std::string& slice, const char* name, const RankingQuality& quality) {
    std::vector<std::string> row{slice, with_thousands(quality.users), name};
    for (const auto& figure : quality.figures) row.push_back(cell(figure, 4));
    table.add(row);
  };
  for (const Verdict::Slice& slice : verdict.slices) {
    add(slice.name, "model", slice.ranking);
    add("", "popularity", slice.popularity);
  }
  return fmt::format("\nSlices: users with something to find in them, and only that counts\n{}", table.text());
}

Json slices_json(const Verdict& verdict) {
  Json slices = Json::array();
  for (const Verdict::Slice& slice : verdict.slices)
    slices.push_back({{"slice", slice.name},
                      {"ranking", quality_json(slice.ranking)},
                      {"popularity", quality_json(slice.popularity)}});
  return slices;
}

/// What is said of the ranking: beside popularity, slice by slice, user by user.
void rank(Verdict& verdict, const RankingJudgement& ranking, const Dataset& dataset, const EvaluateSettings& settings,
          Fold fold, const RankingRules& rules, int threads) {
  const RankingJudgement popularity = judge_popularity(dataset, fold, rules, threads);
  const std::vector<std::uint8_t> candidate = candidates_of(rules, dataset.items);
  verdict.ranking = quality_of(ranking.all, rules.metrics, candidate);
  verdict.popularity = quality_of(popularity.all, rules.metrics, candidate);
  for (std::size_t s = 0; s < rules.slices.size(); ++s) {
    std::vector<std::uint8_t> of_slice = candidate;
    for (std::size_t item = 0; item < rules.slices[s].items.size(); ++item)
      of_slice[item] = of_slice[item] != 0 && rules.slices[s].items[item] != 0;
    verdict.slices.push_back({rules.slices[s].name, quality_of(ranking.slices[s], rules.metrics, of_slice),
                              quality_of(popularity.slices[s], rules.metrics, of_slice)});
  }
  if (settings.per_user) {
    const NamedJudgement named[] = {{"model", &ranking}, {"popularity", &popularity}};
    write_per_user(*settings.per_user, dataset, rules.metrics, named);
  }
}

/// Judges, with a progress bar for each pass over the users.
Verdict judge(const TrainedModel& model, const Dataset& dataset, const EvaluateSettings& settings, Fold fold,
              int threads, const Output& output) {
  const auto with_progress = [&](const char* label, Fold of, auto pass) {
    Progress progress(output, label, "users", static_cast<double>(dataset.users_in(of).size()));
    return pass([&](std::int64_t users) { progress.update(static_cast<double>(users)); });
  };
  const auto errors_of = [&](Fold of) {
    return with_progress("reconstruction", of, [&](const OnUsers& on_users) {
      return reconstruction_errors(model, dataset, of, threads, on_users);
    });
  };
  const bool has_held_out = !dataset.users_in(fold).empty();
  Verdict verdict;
  if (settings.reconstruction) {
    verdict.train = errors_of(Fold::train);
    if (has_held_out) verdict.held_out = errors_of(fold);
  }
  if (has_held_out) {
    const RankingRules rules = rules_from(settings, dataset, fold);
    const RankingJudgement ranking = with_progress("ranking", fold, [&](const OnUsers& on_users) {
      return judge_ranking(model, dataset, fold, rules, threads, on_users);
    });
    if (ranking.all.users > 0) rank(verdict, ranking, dataset, settings, fold, rules, threads);
  }
  return verdict;
}

/// Why there is nobody to judge on: no users were held out, or too few ratings for a share of the users to be one.
std::string no_users_text(const EvaluateSettings& settings, Fold fold) {
  const DatasetSummary summary = read_dataset_summary(settings.dataset);
  const double share = fold == Fold::test ? summary.hold_out : summary.validation;
  const char* option = fold == Fold::test ? "--hold-out" : "--validation";
  const std::string nothing =
      fmt::format("{} has no {} users, so nothing is judged on them", settings.dataset, settings.fold);
  if (share == 0) return fmt::format("{}; prepare with {} 0.2", nothing, option);
  return fmt::format("{}: {} {:g} of its {} {} gave none; prepare with a larger {}, or more users", nothing, option,
                     share, with_thousands(summary.users), summary.users == 1 ? "user" : "users", option);
}

int run_evaluate(const EvaluateSettings& settings, const Output& output) {
  if (settings.metrics) read_metrics(*settings.metrics);  // what is wrong with them is said before anything is read
  const TrainedModel model = read_model(settings.model);
  const Dataset dataset = read_dataset(settings.dataset);
  require_to_be_judged(model, dataset, settings);
  if (const std::string retired = said_of_retired_films(model, settings.model); !retired.empty()) output.warn(retired);
  const int threads = threads_to_use(settings.threads);
  const Fold fold = settings.fold == "test" ? Fold::test : Fold::validation;
  const bool has_held_out = !dataset.users_in(fold).empty();

  if (settings.negatives > 0)
    output.warn(fmt::format("ranked among {} films drawn by chance: such figures are not those of the whole catalogue, and may put models "
                            "in another order (Krichene and Rendle 2020); compare only with papers that did the same",
                            settings.negatives));
  const Verdict verdict = judge(model, dataset, settings, fold, threads, output);
  if (!has_held_out) {
    output.warn(no_users_text(settings, fold));
  } else if (!verdict.ranking) {
    output.warn(fmt::format("no {} user of {} has enough liked films to hide some, so there is no ranking to judge",
                            settings.fold, settings.dataset));
  }
  Json answer = {{"train", errors_json(verdict.train, false)},
                 {settings.fold, errors_json(verdict.held_out, true)},
                 {"ranking", quality_json(verdict.ranking)},
                 {"popularity", quality_json(verdict.popularity)}};
  if (!settings.by.empty()) answer["slices"] = slices_json(verdict);
  output.object(answer.dump());
  if (verdict.ranking) output.result(ranking_text(verdict, settings));
  if (!verdict.slices.empty()) output.result(slices_text(verdict));
  if (has_errors(verdict.train) || has_errors(verdict.held_out))
    output.result("\n" + errors_text(verdict, settings.fold, dataset.scale.maximum));
  return 0;
}

}  // namespace

Command evaluate_command() {
  return make_command<EvaluateSettings>(
      "evaluate", "Judge a model on users that it was not trained on.",
      {"encore evaluate fifties.model fifties", "encore evaluate fifties.model fifties --json",
       "encore evaluate fifties.model fifties --metrics ndcg@20,hit@10,auc --by popularity --by \"year < 1955\""},
      evaluate_options(),
      run_evaluate);
}

}  // namespace encore
