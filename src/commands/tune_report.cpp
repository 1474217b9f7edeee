// The figures, in the order in which they are asked for.
#include "commands/tune_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "commands/number_or_null.h"
#include "console/table.h"
#include "evaluation/figures.h"
#include "tuning/importance.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t shown_trials = 12;

const char* state_of(const Trial& trial) {
  if (trial.answers.empty()) return "not run";
  if (trial.failed()) return "failed";
  return trial.finished() ? "finished" : "fell behind";
}

std::optional<double> value_of(const Trial& trial) {
  return trial.answers.empty() ? std::nullopt : trial.answers.back().value;
}

/// Of each option of a kind; only trials that a point belongs to say something.
Json dimensions_json(const TuneReport& report, std::size_t space) {
  const double sign = report.metric.kind->less_is_better ? -1 : 1;
  Json dimensions = Json::array();
  for (std::size_t d = 0; d < report.spaces[space].dimensions.size(); ++d) {
    const Dimension& dimension = report.spaces[space].dimensions[d];
    std::vector<double> at, worth;
    for (const Trial& trial : report.trials) {
      if (trial.space != space || trial.point.empty() || trial.answers.empty() || !trial.answers[0].value) continue;
      at.push_back(trial.point[d]), worth.push_back(sign * *trial.answers[0].value);
    }
    Json one = {{"option", dimension.option}};
    if (!dimension.values.empty()) {
      one["values"] = dimension.values;
    } else if (!dimension.widths.empty()) {
      one["factors"] = {dimension.low, dimension.high};
    } else {
      one["low"] = dimension.low, one["high"] = dimension.high;
    }
    one["logarithmic"] = dimension.logarithmic;
    one["importance"] = number_or_null(importance_of(at, worth));
    dimensions.push_back(std::move(one));
  }
  return dimensions;
}

Json trial_json(const TuneReport& report, const Trial& trial) {
  Json rungs = Json::array();
  for (const TrialAnswer& answer : trial.answers)
    rungs.push_back({{"epochs", answer.epochs}, {"value", number_or_null(answer.value)}, {"seconds", answer.seconds}});
  return {{"trial", trial.number},
          {"model", report.spaces[trial.space].model},
          {"defaults", trial.defaults},
          {"options", trial.options},
          {"point", trial.point},
          {"state", state_of(trial)},
          {"failure", trial.failed() ? Json(trial.answers.back().failure) : Json(nullptr)},
          {"epochs", trial.answers.empty() ? 0 : trial.answers.back().epochs},
          {"value", number_or_null(value_of(trial))},
          {"seconds", trial.seconds()},
          {"rungs", rungs}};
}

Json winner_json(const TuneReport& report) {
  if (report.winner == nullptr) return nullptr;
  const Trial& winner = *report.winner;
  Json json = {{"trial", winner.number},
               {"model", report.spaces[winner.space].model},
               {"options", winner.options},
               {"value", number_or_null(value_of(winner))},
               {"folder", report.folder},
               {"command", report.command},
               {"over_defaults", nullptr},
               {"test", quality_json(report.test)}};
  if (const auto& over = report.over_defaults)
    json["over_defaults"] = {{"defaults", over->first},
                             {"difference", over->difference},
                             {"interval", {over->low, over->high}},
                             {"p", over->p},
                             {"users", over->users}};
  return json;
}

std::string trials_text(const TuneReport& report) {
  std::vector<const Trial*> order;
  for (const Trial& trial : report.trials)
    if (!trial.answers.empty()) order.push_back(&trial);
  const double sign = report.metric.kind->less_is_better ? -1 : 1;
  const auto worth = [&](const Trial* trial) {
    return std::pair(trial->finished(), value_of(*trial) ? sign * *value_of(*trial) : -1e300);
  };
  std::ranges::stable_sort(order, [&](const Trial* a, const Trial* b) { return worth(a) > worth(b); });
  Table table({{"trial", true}, {"model and options"}, {"epochs", true}, {report.metric.title, true}, {"time", true}, {""}});
  for (std::size_t i = 0; i < std::min(order.size(), shown_trials); ++i) {
    const Trial& trial = *order[i];
    const auto value = value_of(trial);
    table.add({std::to_string(trial.number), setting_text(report.spaces[trial.space].model, trial.options),
               trial.answers.back().epochs == 0 ? "-" : with_thousands(trial.answers.back().epochs),
               value ? fmt::format("{:.4f}", *value) : "-", readable_seconds(trial.seconds()),
               trial.failed() ? trial.answers.back().failure : state_of(trial)});
  }
  std::string text = table.text();
  if (order.size() > shown_trials) text += fmt::format("and {} more in results.json\n", order.size() - shown_trials);
  return text;
}

std::string verdict_text(const TuneReport& report) {
  const Trial& winner = *report.winner;
  const std::string setting = setting_text(report.spaces[winner.space].model, winner.options);
  std::string text = fmt::format("\nBest of {} trials for {} validation users: {}, {} {:.4f}.\n", report.trials.size(),
                                 with_thousands(report.validation_users), setting, report.metric.title, *value_of(winner));
  if (const auto& over = report.over_defaults)
    text += fmt::format("Its kind's defaults reach {:.4f}: {:+.4f} (95 % interval {:+.4f} to {:+.4f}, which knows nothing of the "
                        "choice among {}).\n",
                        over->first, over->difference, over->low, over->high, report.trials.size());
  if (report.test && report.test->users > 0) {
    text += fmt::format("Test users, looked at once: {}", with_thousands(report.test->users));
    for (std::size_t m = 0; m < report.test->metrics.size(); ++m)
      if (report.test->figures[m]) text += fmt::format(", {} {:.4f}", report.test->metrics[m].title, *report.test->figures[m]);
    text += ".\n";
  }
  return text + fmt::format("The model is {}; this makes it again:\n  {}\n", report.folder, report.command);
}

}  // namespace

std::string setting_text(const std::string& model, const Json& options) {
  return options.empty() ? model + " as it is" : model + " " + words_of(options);
}

Json to_json(const TuneReport& report) {
  Json trials = Json::array(), spaces = Json::array(), steps = Json::array();
  for (const Trial& trial : report.trials) trials.push_back(trial_json(report, trial));
  for (std::size_t s = 0; s < report.spaces.size(); ++s)
    spaces.push_back({{"model", report.spaces[s].model}, {"options", dimensions_json(report, s)}});
  for (const TuneStep& step : report.steps)
    steps.push_back({{"trial", step.trial},
                     {"rung", step.rung},
                     {"seconds", step.seconds},
                     {"value", number_or_null(step.value)},
                     {"finished", step.finished}});
  return {{"format", "encore-tune"},
          {"version", 1},
          {"dataset", report.dataset},
          {"dataset_fingerprint", report.fingerprint},
          {"seed", report.seed},
          {"metric", report.metric.key},
          {"metric_title", report.metric.title},
          {"less_is_better", report.metric.kind->less_is_better},
          {"validation_users", report.validation_users},
          {"seconds", report.seconds},
          {"in_time", report.in_time},
          {"spaces", spaces},
          {"trials", trials},
          {"steps", steps},
          {"winner", winner_json(report)}};
}

std::string text_of(const TuneReport& report) {
  return trials_text(report) + (report.winner == nullptr ? std::string() : verdict_text(report));
}

}  // namespace encore
