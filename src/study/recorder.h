// What a configuration measures, as it grows: phases, samples, losses; the record of docs/study.md. It keeps a copy on
// the disk while it runs, so that a process that is killed has told what it measured. Not what is run (local_run.h).
#pragma once
#include <chrono>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/phases.h"
#include "monitor/sample_series.h"
#include "monitor/sampler.h"
#include "study/request.h"

namespace encore {

/// A part of a phase, or a phase that is made of several.
struct TimedPart {
  std::string name;
  double seconds = 0;
};

class Recorder {
 public:
  /// Samples this process from here on. `answer`: the file that `finish` writes.
  Recorder(const ConfigurationRequest&, std::filesystem::path answer);

  void start_phase(std::string_view name);
  /// The phase that was started has ended; `measured` says what it took. Several make one phase with parts.
  void add_phase(const std::vector<Phase>& measured, std::int64_t rows, const std::vector<TimedPart>& parts = {});
  /// Tells the driver how far the phase is, one line on standard output: "model training<TAB>12<TAB>50".
  void tell(double done, double total);
  nlohmann::ordered_json& operator[](const char* key) { return record_[key]; }
  std::string_view phase() const { return phase_; }

  /// The copy on the disk; at most once a second unless `now`.
  void keep(bool now = false);
  /// Stops sampling and writes the answer.
  void finish(std::string_view status, const nlohmann::ordered_json& failure);

 private:
  nlohmann::ordered_json samples();
  std::filesystem::path answer_;
  nlohmann::ordered_json record_;
  std::string phase_;
  std::mutex mutex_;  ///< of the samples
  SampleSeries series_;
  std::chrono::steady_clock::time_point told_, kept_;
  std::optional<Sampler> sampler_;
};

/// A record with every key and nothing measured.
nlohmann::ordered_json empty_answer(const ConfigurationRequest&);

/// JSON on one line; bytes that are no UTF-8 (a path in an error) become the replacement character.
std::string line_of(const nlohmann::ordered_json&);

/// Where the copy of an unfinished answer stands.
std::filesystem::path partial_file(const std::filesystem::path& answer);

}  // namespace encore
