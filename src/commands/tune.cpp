// `encore tune`: settings searched on the validation users, the winner trained again and shown once to the test users.
#include <fmt/format.h>
#include <sys/prctl.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "commands/command.h"
#include "commands/program.h"
#include "commands/tune_elsewhere.h"
#include "commands/tune_report.h"
#include "console/shell_word.h"
#include "console/table.h"
#include "evaluation/ranking.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "options/settings_json.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/resources.h"
#include "process/staged_file.h"
#include "report/page.h"
#include "settings/tune_settings.h"
#include "tuning/trial_run.h"
#include "tuning/workers.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// What the search starts a process for.
int run_one(const TuneSettings& settings, const Output& output) {
  if (output.sinks == nullptr) ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // nobody would wait for the answer
  const TrialRequest request = read_trial_request(*settings.trial);
  const TrialAnswer answer = run_trial(request, read_dataset(settings.dataset), threads_to_use(settings.threads),
                                       checkpoint_folder(settings.output));
  write_file_whole(settings.output, to_json(answer).dump() + "\n");
  return 0;
}

Metric metric_of(const TuneSettings& settings) {
  const std::vector<Metric> metrics = read_metrics(settings.metric, "--metric");
  if (metrics.size() != 1) throw UserError(fmt::format("--metric is '{}'; a search has one metric", settings.metric));
  if (metrics[0].kind->of_user == nullptr)
    throw UserError(fmt::format("--metric: {} is one figure of all lists together, and no user says which trial is better by it; "
                                "take ndcg@100 or another metric of single lists",
                                metrics[0].key));
  return metrics[0];
}

/// What must be the same to go on with a search.
Json identity_of(const TuneSettings& settings, const Dataset& dataset) {
  return {{"format", "encore-tune"}, {"version", 1},
          {"dataset_fingerprint", dataset.fingerprint},
          {"models", settings.models}, {"range", settings.ranges}, {"search", settings.search},
          {"metric", settings.metric}, {"seed", settings.seed}};
}

/// What the caller does for this search, by name.
class WorkElsewhere final : public RunningTrial {
 public:
  WorkElsewhere(const TuneElsewhere& caller, Json work) : caller_(caller), name_(work.at("work")) {
    work["do"] = "start";
    ask(work);
  }
  std::optional<int> poll() override {
    constexpr int ended = 1;
    return ask({{"do", "look"}, {"work", name_}}) == ended ? std::optional(0) : std::nullopt;
  }
  void send(int signal) override { ask({{"do", signal == SIGKILL ? "kill" : "stop"}, {"work", name_}}); }

 private:
  int ask(const Json& what) {
    const int answer = caller_.ask(what.dump());
    if (answer < 0) throw std::runtime_error("the caller of a search could not do what it was asked for");
    return answer;
  }
  const TuneElsewhere& caller_;
  std::string name_;
};

StartTrial asking(const TuneElsewhere& caller, const TuneFolder& folder) {
  return [&caller, &folder](const TrialRequest& asked, int) {
    return std::make_unique<WorkElsewhere>(caller, Json{{"work", folder.answer(asked).stem().string()},
                                                        {"request", folder.request(asked).string()},
                                                        {"answer", folder.answer(asked).string()},
                                                        {"errors", folder.errors(asked).string()}});
  };
}

std::string command_line(const TuneSettings& settings, const TuneReport& report, const TuneElsewhere* elsewhere) {
  const std::string options = words_of(report.winner->options);
  return fmt::format("{} {} -o {} --model {}{}{}{}", elsewhere ? elsewhere->train : "encore train", shell_word(report.dataset),
                     shell_word(report.folder), report.spaces[report.winner->space].model, options.empty() ? "" : " ", options,
                     settings.retired_from ? " --retired-from " + shell_word(*settings.retired_from) : "");
}

/// By the same command that people are told.
void train_winner(const TuneSettings& settings, const TuneReport& report) {
  std::vector<std::string> words{"train", settings.dataset, "-o", report.folder};
  const std::string options = fmt::format("--model {} {}", report.spaces[report.winner->space].model, words_of(report.winner->options));
  for (std::size_t begin = 0; begin < options.size();) {
    const std::size_t end = std::min(options.find(' ', begin), options.size());
    if (end > begin) words.push_back(options.substr(begin, end - begin));
    begin = end + 1;
  }
  if (settings.threads) words.insert(words.end(), {"--threads", std::to_string(*settings.threads)});
  if (settings.retired_from) words.insert(words.end(), {"--retired-from", *settings.retired_from});
  const OutputSinks silent{[](const std::string&) {}, [](const std::string&) {}};
  call_command(words, silent);
}

/// The same by the caller.
void train_winner_elsewhere(const TuneReport& report, const TuneElsewhere& caller) {
  Json options = report.winner->options;
  options["model"] = report.spaces[report.winner->space].model;
  WorkElsewhere work(caller, {{"work", "winner"}, {"options", options}, {"folder", report.folder}});
  bool asked_to_stop = false;
  while (!work.poll()) {
    if (interruption_requested() != 0 && !asked_to_stop) work.send(SIGKILL), asked_to_stop = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  if (interruption_requested() != 0)
    throw Interrupted(interruption_requested(),
                      "stopped; all answers of trials are kept, the same command with --resume trains the winner");
}

std::optional<RankingQuality> test_figures(const TuneReport& report, const Dataset& dataset, int threads) {
  if (users_with_targets(dataset, Fold::test).empty()) return std::nullopt;
  RankingRules rules;
  if (std::ranges::find(rules.metrics, report.metric.key, &Metric::key) == rules.metrics.end())
    rules.metrics.insert(rules.metrics.begin(), report.metric);
  const RankingJudgement judgement = judge_ranking(read_model(report.folder), dataset, Fold::test, rules, threads);
  return quality_of(judgement.all, rules.metrics, candidates_of(dataset.items));
}

std::optional<Comparison> against_defaults(const TuneReport& report) {
  const Trial* defaults = defaults_of(report.trials, report.winner->space);
  if (defaults == nullptr || defaults == report.winner) return std::nullopt;
  const auto shares = [&](const Trial& trial) {
    std::vector<Share> all;
    for (const auto& value : trial.answers.back().users)
      all.push_back(value ? Share{report.metric.kind->root ? *value * *value : *value, 1} : Share{});
    return all;
  };
  return compared(report.metric, shares(*defaults), shares(*report.winner), static_cast<std::uint64_t>(report.seed));
}

std::string step_line(const TrialRequest& request, const TrialAnswer& answer, const Metric& metric, bool known) {
  const std::string setting = setting_text(request.model, request.options);
  if (!answer.failure.empty()) return fmt::format("trial {}: {} failed: {}\n", request.trial, setting, answer.failure);
  return fmt::format("trial {}: {}  {} {}{}  {}{}\n", request.trial, setting, metric.title,
                     answer.value ? fmt::format("{:.4f}", *answer.value) : "-",
                     answer.epochs > 0 ? fmt::format(" after {} epochs", answer.epochs) : "", readable_seconds(answer.seconds),
                     known ? " (run before)" : "");
}

RunTrials runner(const TuneSettings& settings, WorkerRules& workers, const Dataset& dataset, const TuneFolder& folder,
                 const TuneElsewhere* elsewhere, const Output& output) {
  if (elsewhere != nullptr) {
    workers.workers = static_cast<int>(settings.workers.value_or(1));
    workers.to_stop = std::chrono::seconds(60);  // a checkpoint comes back over the network
    return started_by(asking(*elsewhere, folder), folder, workers);
  }
  if (output.sinks != nullptr && settings.workers.value_or(1) > 1)
    throw UserError("--workers are processes of the program encore; run `encore tune` from a shell, or leave --workers out");
  if (output.sinks != nullptr) return in_this_process(folder, workers, dataset);
  workers.program = fs::read_symlink("/proc/self/exe").string();
  return in_processes(folder, workers);
}

std::vector<Trial> searched(const TuneSettings& settings, TuneReport& report, const Dataset& dataset, const TuneFolder& folder,
                            Clock::time_point began, const TuneElsewhere* elsewhere, const Output& output) {
  WorkerRules workers;
  workers.dataset = settings.dataset;
  workers.threads = threads_to_use(settings.threads);
  workers.workers = static_cast<int>(settings.workers.value_or(std::min(workers.threads, 4)));
  workers.less_is_better = report.metric.kind->less_is_better;
  if (settings.minutes > 0)
    workers.deadline = began + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(60 * settings.minutes));
  double seconds = 0;
  workers.on_answer = [&](const TrialRequest& request, const TrialAnswer& answer, bool known) {
    seconds += answer.seconds;
    report.steps.push_back({request.trial, request.rung, seconds, answer.value, answer.finished});
    output.remark(step_line(request, answer, report.metric, known));
  };
  const SearchRules rules{settings.trials, static_cast<std::uint64_t>(settings.seed), settings.search == "tpe", settings.metric,
                          workers.less_is_better};
  const RunTrials run = runner(settings, workers, dataset, folder, elsewhere, output);
  return search(report.spaces, rules, [&](const std::vector<TrialRequest>& requests) {
    auto answers = run(requests);
    if (!std::ranges::all_of(answers, [](const auto& answer) { return answer.has_value(); })) report.in_time = false;
    return answers;
  });
}

void crown(const TuneSettings& settings, TuneReport& report, const Dataset& dataset, const TuneElsewhere* elsewhere) {
  report.winner = winner_of(report.trials, report.metric.kind->less_is_better);
  if (report.winner == nullptr)
    throw UserError(fmt::format("no trial came to its end{}; the trials are kept in {}",
                                report.in_time ? ", see what they say above" : ": give more --minutes and --resume", settings.output));
  report.folder = (fs::path(settings.output) / "winner").lexically_normal().string();
  report.command = command_line(settings, report, elsewhere);
  fs::remove_all(fs::path(report.folder) / "checkpoints");  // of a search that was stopped here: it begins anew
  if (elsewhere != nullptr)
    train_winner_elsewhere(report, *elsewhere);
  else
    train_winner(settings, report);
  report.over_defaults = against_defaults(report);
  report.test = test_figures(report, dataset, threads_to_use(settings.threads));
}

void run_search(const TuneSettings& settings, const TuneElsewhere* elsewhere, const Output& output) {
  const auto began = Clock::now();
  TuneReport report;
  report.metric = metric_of(settings);
  report.spaces = search_spaces(settings.models, settings.ranges);
  if (settings.trials < std::ssize(report.spaces))
    throw UserError(fmt::format("--trials {} is less than the {} kinds of --models, whose defaults are tried first", settings.trials,
                                report.spaces.size()));
  if (settings.retired_from && !is_model_folder(*settings.retired_from))
    throw UserError(fmt::format("--retired-from {} is no model folder", *settings.retired_from));
  const Dataset dataset = read_dataset(settings.dataset);
  report.dataset = elsewhere != nullptr ? elsewhere->dataset : settings.dataset;
  report.fingerprint = dataset.fingerprint, report.seed = settings.seed;
  report.validation_users = std::ssize(users_with_targets(dataset, Fold::validation));
  if (report.validation_users == 0)
    throw UserError(fmt::format("{} has no validation users with something to find, on whom settings are chosen; prepare with "
                                "--validation 0.1",
                                report.dataset));
  const TuneFolder folder(settings.output, identity_of(settings, dataset), settings.resume);
  try {
    report.trials = searched(settings, report, dataset, folder, began, elsewhere, output);
  } catch (const Interrupted&) {
    throw Interrupted(interruption_requested(), fmt::format("stopped; {} answers of trials are kept, the same command with --resume "
                                                            "goes on from there",
                                                            report.steps.size()));
  }
  if (!report.in_time)
    output.remark(fmt::format("--minutes {:g} are over; --resume with more goes on\n", settings.minutes));
  crown(settings, report, dataset, elsewhere);
  report.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  const Json results = to_json(report);
  write_file_whole(folder.results(), results.dump() + "\n");
  write_file_whole(folder.page(), page_of(results.dump()));
  output.object(results.dump());
  output.result(text_of(report));
}

int run_tune(const TuneSettings& settings, const Output& output) {
  if (settings.trial) return run_one(settings, output);
  run_search(settings, nullptr, output);
  return 0;
}

}  // namespace

void tune_elsewhere(const std::string& options_json, const TuneElsewhere& elsewhere, const OutputSinks& sinks) {
  run_search(settings_from_json(tune_options(), options_json), &elsewhere, {.json = true, .sinks = &sinks});
}

Command tune_command() {
  return make_command<TuneSettings>(
      "tune", "Search the settings of one or several kinds of models on validation users.",
      {"encore tune films -o films.tuned", "encore tune films -o films.tuned --models ease,mult-dae --trials 60 --minutes 30",
       "encore tune films -o films.tuned --models mult-dae --range dropout=0.2:0.7 --range \"hidden=200|600\"",
       "encore tune films -o films.tuned --trials 90 --resume"},
      tune_options(), run_tune);
}

}  // namespace encore
