// The options of `encore study`. Not the plan that follows from them (study/plan.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct StudySettings {
  std::vector<std::string> sources;
  std::string output = "report";
  bool demo = false;
  bool compare = false;
  std::optional<std::string> configuration;
  std::string subsets = "1950-1959,1950-1969,1950-1979";
  std::string variants = "reference-sigmoid,mult-dae";
  std::string modes = "items,users-epoch,elephas";
  std::optional<std::vector<std::int64_t>> workers;
  std::string engine = "encore";
  std::string master = "local[*]";
  std::vector<std::string> spark;
  std::string python = "python3";
  std::int64_t epochs = 50;
  std::optional<std::int64_t> mode_epochs;
  std::int64_t batch_size = 64;
  std::int64_t seed = 42;
  double hold_out = 0.2;
  std::int64_t test_users = 5;
  std::optional<double> time_limit;
  std::string memory = "400MB";
  double sample_every = 0.1;
};

const OptionTable<StudySettings>& study_options();

}  // namespace encore
