// The folder of a search: tune.json says what is searched, trials/ has a request and an answer for every rung of every trial, and
// checkpoints of those that may go on. Answers are the only memory of a search: whoever has them goes on from there.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "tuning/trial.h"

namespace encore {

class TuneFolder {
 public:
  /// Makes and locks it. `identity`: what must be the same to go on. Throws UserError when another process searches there, when it
  /// is a folder with something else, when it has a search and `resume` is not said, or one of another identity, or none to go on
  /// with.
  TuneFolder(const std::filesystem::path& folder, const nlohmann::ordered_json& identity, bool resume);
  ~TuneFolder();
  TuneFolder(const TuneFolder&) = delete;
  TuneFolder& operator=(const TuneFolder&) = delete;

  std::filesystem::path results() const { return folder_ / "results.json"; }
  std::filesystem::path page() const { return folder_ / "index.html"; }
  std::filesystem::path winner() const { return folder_ / "winner"; }
  std::filesystem::path request(const TrialRequest&) const;
  std::filesystem::path answer(const TrialRequest&) const;
  std::filesystem::path errors(const TrialRequest&) const;

  /// Nothing when this was not asked and answered yet.
  std::optional<TrialAnswer> known(const TrialRequest&) const;
  void put(const TrialRequest&) const;
  void put(const TrialRequest&, const TrialAnswer&) const;

 private:
  std::filesystem::path file(const TrialRequest&, const char* ending) const;
  std::filesystem::path folder_;
  int lock_ = -1;
};

/// Where the checkpoint of a trial lies, beside its answer.
std::filesystem::path checkpoint_folder(const std::filesystem::path& answer);

}  // namespace encore
