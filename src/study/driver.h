// Runs the configurations of a plan one after the other, each in a process of its own. Not what becomes of their
// answers (results.h).
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "console/output.h"
#include "study/request.h"

namespace encore {

struct DriverSettings {
  std::string program;               ///< this program, for --engine encore
  std::string python;                ///< for --engine spark
  std::optional<double> time_limit;  ///< seconds, of each configuration
};

/// The folder of a report: results.json, the page, and a folder with a file for each configuration.
class ReportFolder {
 public:
  /// Makes it and locks it. Throws UserError when another study writes it, or when it is a folder with something else.
  explicit ReportFolder(const std::filesystem::path& folder);
  ~ReportFolder();
  ReportFolder(const ReportFolder&) = delete;
  ReportFolder& operator=(const ReportFolder&) = delete;

  std::filesystem::path results() const { return folder_ / "results.json"; }
  std::filesystem::path page() const { return folder_ / "index.html"; }
  std::filesystem::path work() const { return folder_ / "work"; }
  std::filesystem::path configurations() const { return folder_ / "configurations"; }
  std::filesystem::path answer(const std::string& id) const { return configurations() / (id + ".json"); }
  std::filesystem::path request(const std::string& id) const { return configurations() / (id + ".request.json"); }

 private:
  std::filesystem::path folder_;
  int lock_ = -1;
};

/// Runs what has no answer yet, or one that failed or was to another request. Answers appear whole; a configuration
/// that fails has an answer that says so. Throws Interrupted after a signal: what was finished stays, and the same call
/// goes on from there.
void run_study(const std::vector<ConfigurationRequest>& plan, const ReportFolder& report,
               const DriverSettings& settings, const Output& output);

}  // namespace encore
