// results.json from the answers of the configurations: what follows from several of them is computed here, so that a
// page only draws. The keys are those of docs/study.md. Not the texts of the answers (answers.h).
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "monitor/machine.h"
#include "study/request.h"

namespace encore {

struct StudyFacts {
  std::string program, created, source, kernels;
  bool made_up = false;  ///< the source is what `encore generate` wrote
  Machine machine;
  std::int64_t epochs = 0, batch_size = 0, seed = 0;
  double hold_out = 0, sample_seconds = 0;
  std::optional<double> time_limit;
};

/// An answer beside what was asked.
struct AnsweredConfiguration {
  ConfigurationRequest request;
  nlohmann::ordered_json answer;
};

/// In the order in which the configurations are to stand.
nlohmann::ordered_json results_of(const StudyFacts&, std::vector<AnsweredConfiguration>);

/// (test − train) ÷ train × 100
double divergence_percent(double train_loss, double test_loss);

/// The keys of a row of `speed_ups`: `seconds`, `baseline_seconds`, `speed_up` = baseline ÷ seconds, `efficiency` =
/// speed-up ÷ workers; the last two null when `seconds` is 0.
nlohmann::ordered_json speed_up(double seconds, double baseline_seconds, std::int64_t workers);

}  // namespace encore
