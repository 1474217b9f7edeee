// One configuration of a study, as the process that runs it is told: configurations/ID.request.json, described in
// docs/study.md. Not its answer (recorder.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>
#include "settings/study_settings.h"

namespace encore {

struct ConfigurationRequest {
  std::string id, label;
  std::string purpose = "phases";  ///< or "modes": training and evaluation alone
  std::string engine = "encore";
  std::string subset;  ///< "1950-1959"
  std::int64_t workers = 1;
  std::string parallel = "items";
  std::string variant = "reference";
  std::string source;  ///< absolute
  std::int64_t first_year = 0, last_year = 0;
  std::string model = "reference";
  std::optional<std::string> output_activation;  ///< the model's own
  std::int64_t epochs = StudySettings{}.epochs;
  std::int64_t compared_epochs = epochs;   ///< where modes are compared at equal epochs
  std::optional<std::int64_t> batch_size;  ///< the model's own
  std::int64_t seed = StudySettings{}.seed;
  double hold_out = StudySettings{}.hold_out;
  std::int64_t test_users = StudySettings{}.test_users;
  double sample_seconds = StudySettings{}.sample_every;
  std::string memory = StudySettings{}.memory;
  std::string work;  ///< absolute: a folder for what need not stay
  std::optional<std::string> master;
  std::vector<std::string> spark;  ///< NAME=VALUE
};

/// What a configuration is, without how it is run: the keys that its request and its answer begin with.
nlohmann::ordered_json identity_of(const ConfigurationRequest&);
std::string to_json(const ConfigurationRequest&);
/// Throws UserError naming the file when it is no request.
ConfigurationRequest read_request(const std::filesystem::path& file);

}  // namespace encore
