// `encore study`: the whole experiment, from one source of ratings to results.json; and how two of them differ.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/prctl.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "commands/command.h"
#include "console/table.h"
#include "kernel/kernels.h"
#include "generation/twin.h"
#include "process/error.h"
#include "process/resources.h"
#include "process/staged_file.h"
#include "process/version.h"
#include "report/page.h"
#include "settings/study_settings.h"
#include "study/compare.h"
#include "study/driver.h"
#include "study/local_run.h"
#include "study/plan.h"
#include "study/recorder.h"
#include "study/results.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
constexpr const char* demo_source = "data/ml-latest-small";

void require_sources(const StudySettings& settings, std::size_t count, const char* sentence) {
  if (settings.sources.size() != count) throw UserError(sentence);
}

StudySettings with_source(StudySettings settings) {
  if (!settings.demo) {
    require_sources(settings, 1, "name one source of ratings: encore study SOURCE -o REPORT, or say --demo");
    return settings;
  }
  require_sources(settings, 0, "--demo studies the ratings of this repository; leave the source out");
  if (!fs::exists(demo_source))
    throw UserError(
        fmt::format("--demo needs {}, which is in the repository; go there, or name a source", demo_source));
  settings.sources = {demo_source};
  return settings;
}

Json parsed_file(const fs::path& file) {
  std::ifstream in(file);
  return Json::parse(in, nullptr, false);
}

/// The configurations of the plan, and those that other calls left in the same report: other engines, other subsets.
std::vector<AnsweredConfiguration> answered(const std::vector<ConfigurationRequest>& plan, const ReportFolder& report) {
  std::vector<AnsweredConfiguration> all;
  all.reserve(plan.size());
  std::vector<fs::path> others;
  for (const ConfigurationRequest& request : plan) all.push_back({request, parsed_file(report.answer(request.id))});
  for (const auto& entry : fs::directory_iterator(report.configurations()))
    if (entry.path().string().ends_with(".request.json")) others.push_back(entry.path());
  std::ranges::sort(others);
  for (const fs::path& file : others) {
    const ConfigurationRequest request = read_request(file);
    const bool planned = std::ranges::any_of(plan, [&](const auto& one) { return one.id == request.id; });
    const ConfigurationRequest& like = plan.front();
    const bool fits = request.source == like.source && request.seed == like.seed && request.hold_out == like.hold_out;
    Json answer = parsed_file(report.answer(request.id));
    if (!planned && fits && answer.is_object()) all.push_back({request, std::move(answer)});
  }
  return all;
}

StudyFacts facts_of(const StudySettings& settings) {
  StudyFacts facts;
  facts.program = program_version();
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  facts.created = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  facts.source = settings.sources.front();
  facts.made_up = generation::is_twin(facts.source);
  facts.kernels = kernel::kernel_path();
  facts.machine = this_machine();
  facts.epochs = settings.epochs, facts.batch_size = settings.batch_size, facts.seed = settings.seed;
  facts.hold_out = settings.hold_out, facts.sample_seconds = settings.sample_every;
  facts.time_limit = settings.time_limit;
  return facts;
}

std::string results_text(const Json& results) {
  Table table({{"configuration"},
               {"time", true},
               {"memory", true},
               {"train loss", true},
               {"test loss", true},
               {"NDCG@100", true},
               {""}});
  const auto loss = [](const Json& value) {
    return value.is_number() ? fmt::format("{:.6g}", value.get<double>()) : "-";
  };
  for (const Json& one : results.at("configurations")) {
    const Json last = one.at("history").empty() ? Json::object() : one.at("history").back();
    const bool failed = one.at("status") != "done";
    table.add({one.at("label").get<std::string>(), readable_seconds(one.at("seconds").get<double>()),
               readable_bytes(one.at("peak_bytes").get<std::int64_t>()), loss(last.value("train_loss", Json())),
               loss(last.value("test_loss", Json())), loss(last.value("ndcg@100", Json())),
               failed ? one.at("failure").at("sentence").get<std::string>() : ""});
  }
  return table.text();
}

int run_study_command(const StudySettings& said, const Output& output) {
  const StudySettings settings = with_source(said);
  if (output.sinks != nullptr)
    throw UserError("a study starts processes of the program encore; run `encore study` from a shell");
  const std::vector<ConfigurationRequest> plan = plan_study(settings, available_threads());
  const bool local = settings.engine == "encore";
  if (local && !fs::exists(settings.sources.front()))
    throw UserError(fmt::format("{} does not exist", settings.sources.front()));
  const ReportFolder report(settings.output);
  const DriverSettings driver{fs::read_symlink("/proc/self/exe").string(), settings.python, settings.time_limit};
  run_study(plan, report, driver, output);
  const Json results = results_of(facts_of(settings), answered(plan, report));
  const std::string text = line_of(results);
  write_file_whole(report.results(), text);
  write_file_whole(report.page(), page_of(text));
  Json configurations = Json::array();
  for (const Json& one : results.at("configurations"))
    configurations.push_back({{"id", one.at("id")},
                              {"status", one.at("status")},
                              {"failure", one.at("failure")},
                              {"seconds", one.at("seconds")},
                              {"peak_bytes", one.at("peak_bytes")}});
  output.object(
      Json{{"results", report.results().string()}, {"page", report.page().string()}, {"configurations", configurations}}
          .dump());
  output.result(results_text(results) +
                fmt::format("\nWrote {} and {}.\n", report.page().string(), report.results().filename().string()));
  return 0;
}

int compare(const StudySettings& settings, const Output& output) {
  require_sources(settings, 2, "--compare needs two reports: encore study --compare A B");
  const Json comparison = compare_results(read_results(settings.sources[0]), read_results(settings.sources[1]));
  output.object(comparison.dump());
  output.result(comparison_text(comparison));
  return 0;
}

/// What the study starts a process for.
int run_one(const StudySettings& settings) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // nobody would wait for the answer
  run_configuration(read_request(*settings.configuration), settings.output);
  return 0;
}

int run(const StudySettings& settings, const Output& output) {
  if (settings.configuration) return run_one(settings);
  return settings.compare ? compare(settings, output) : run_study_command(settings, output);
}

}  // namespace

Command study_command() {
  return make_command<StudySettings>(
      "study", "Measure every phase for several subsets, workers and modes, and report.",
      {"encore study --demo -o report", "encore study ml-25m -o report",
       "encore study ml-25m -o report --engine spark --workers 1,2,4,8", "encore study --compare report other-report"},
      study_options(), run);
}

}  // namespace encore
