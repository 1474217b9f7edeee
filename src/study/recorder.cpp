// The record's keys that every configuration has.
#include "study/recorder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "process/staged_file.h"
#include "study/phase_names.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;
constexpr std::size_t most_samples = 600;

/// Enough digits for a chart.
double rounded(double value, double digits) { return std::round(value * digits) / digits; }

}  // namespace

Json empty_answer(const ConfigurationRequest& r) {
  Json answer = identity_of(r);
  answer.update({{"output", nullptr},
                 {"loss", nullptr},
                 {"status", "interrupted"},
                 {"failure", nullptr},
                 {"settings", Json::array()},
                 {"seconds", 0.0},
                 {"peak_bytes", 0},
                 {"dataset", nullptr},
                 {"phases", Json::array()},
                 {"monitor", nullptr},
                 {"samples", nullptr},
                 {"training", nullptr},
                 {"history", Json::array()},
                 {"evaluation", nullptr},
                 {"recommendation_test", nullptr},
                 {"query_plans", Json::array()},
                 {"dag", nullptr},
                 {"memory", nullptr}});
  return answer;
}

std::string line_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::filesystem::path partial_file(const std::filesystem::path& answer) {
  return answer.parent_path() / fmt::format(".{}.partial", answer.filename().string());
}

Recorder::Recorder(const ConfigurationRequest& request, std::filesystem::path answer)
    : answer_(std::move(answer)), record_(empty_answer(request)), series_(most_samples) {
  const std::chrono::milliseconds interval(std::max<std::int64_t>(1, std::llround(1000 * request.sample_seconds)));
  record_["monitor"] = {{"interval_seconds", request.sample_seconds},
                        {"samples", nullptr},
                        {"cpu_seconds", nullptr},
                        {"percent_of_a_core", nullptr}};
  sampler_.emplace(getpid(), interval, [this](const Sample& sample) {
    const std::scoped_lock lock(mutex_);
    series_.add(sample);
  });
}

void Recorder::start_phase(std::string_view name) {
  phase_ = name;
  told_ = {};
  tell(0, 0);
  keep(true);
}

void Recorder::add_phase(const std::vector<Phase>& measured, std::int64_t rows, const std::vector<TimedPart>& parts) {
  Json phase = {{"name", phase_},
                {"start_seconds", std::chrono::duration<double>(measured.front().began - sampler_->began()).count()},
                {"seconds", 0.0},
                {"cpu_seconds", 0.0},
                {"peak_bytes", 0},
                {"rows", rows},
                {"materialise_seconds", 0.0},
                {"parts", Json::array()}};
  double seconds = 0, cpu = 0;
  std::int64_t peak = 0;
  for (const Phase& one : measured) {
    seconds += one.seconds, cpu += one.cpu_seconds;
    peak = std::max(peak, one.peak_rss_bytes);
    if (measured.size() > 1) phase["parts"].push_back({{"name", one.name}, {"seconds", one.seconds}});
  }
  for (const TimedPart& part : parts) phase["parts"].push_back({{"name", part.name}, {"seconds", part.seconds}});
  phase["seconds"] = seconds, phase["cpu_seconds"] = cpu, phase["peak_bytes"] = peak;
  record_["phases"].push_back(phase);
  record_["seconds"] = record_["seconds"].get<double>() + seconds;
  record_["peak_bytes"] = std::max(record_["peak_bytes"].get<std::int64_t>(), peak);
  keep(true);
}

void Recorder::tell(double done, double total) {
  const auto now = Clock::now();
  if (now - told_ < std::chrono::milliseconds(100)) return;
  told_ = now;
  std::fputs(fmt::format("{}\t{}\t{}\n", phase_, done, total).c_str(), stdout);
  std::fflush(stdout);
}

Json Recorder::samples() {
  const std::scoped_lock lock(mutex_);
  const std::vector<Sample>& all = series_.samples();
  Json json = {{"seconds", Json::array()},
               {"cpu_percent", Json::array()},
               {"memory_bytes", Json::array()},
               {"cores", Json::array()},
               {"processes", Json::object()}};
  for (const Sample& sample : all) {
    json["seconds"].push_back(rounded(sample.seconds, 1000));
    json["cpu_percent"].push_back(rounded(sample.cpu_percent, 10));
    json["memory_bytes"].push_back(sample.memory_bytes);
  }
  const std::size_t cores = all.empty() ? 0 : all.front().cores.size();
  for (std::size_t core = 0; core < cores; ++core) {
    Json column = Json::array();
    for (const Sample& sample : all)
      column.push_back(core < sample.cores.size() ? Json(rounded(sample.cores[core], 10)) : Json(nullptr));
    json["cores"].push_back(column);
  }
  return json;
}

void Recorder::keep(bool now) {
  if (!now && Clock::now() - kept_ < std::chrono::seconds(1)) return;
  record_["samples"] = samples();
  if (!phase_.empty()) record_["failure"] = {{"kind", "error"}, {"phase", phase_}, {"sentence", ""}};
  const std::filesystem::path partial = partial_file(answer_), aside = partial.string() + "-aside";
  std::ofstream(aside, std::ios::trunc) << line_of(record_);
  std::error_code unimportant;  // the answer is what counts, and it is written with care
  std::filesystem::rename(aside, partial, unimportant);
  kept_ = Clock::now();
}

void Recorder::finish(std::string_view status, const Json& failure) {
  const SamplerCost cost = sampler_->stop();
  record_["monitor"]["samples"] = cost.samples;
  record_["monitor"]["cpu_seconds"] = cost.cpu_seconds;
  record_["monitor"]["percent_of_a_core"] = cost.percent_of_a_core();
  record_["samples"] = samples();
  record_["status"] = status;
  record_["failure"] = failure;
  write_file_whole(answer_, line_of(record_));
  std::error_code gone_already;
  std::filesystem::remove(partial_file(answer_), gone_already);
}

}  // namespace encore
