// One trial of a search as it is asked for and answered: files trials/N.rR.request.json and trials/N.rR.json of the folder of
// `encore tune`. R counts how often it went on: a trial that fell behind stops after rung 0 or 1. Not how it is run
// (trial_run.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace encore {

/// Rungs of successive halving: the last one goes to the end of the training.
inline constexpr int last_rung = 2;

struct TrialRequest {
  std::int64_t trial = 0;  ///< from 1
  int rung = 0;
  std::string model;
  nlohmann::ordered_json options = nlohmann::ordered_json::object();
  std::string metric;
};

struct TrialAnswer {
  std::string failure;  ///< the sentence; empty: there is none
  bool finished = false;
  std::int64_t epochs = 0;
  std::optional<double> value;  ///< the metric's mean over the validation users; nothing where it is undefined
  double seconds = 0;           ///< of this rung
  std::vector<std::optional<double>> users;  ///< what the metric says of each validation user, in their order
};

/// What is asked for decides the answer; how many threads compute it does not.
nlohmann::ordered_json to_json(const TrialRequest&);
nlohmann::ordered_json to_json(const TrialAnswer&);
/// Throw UserError naming the file.
TrialRequest read_trial_request(const std::filesystem::path& file);
TrialAnswer read_trial_answer(const std::filesystem::path& file);

}  // namespace encore
