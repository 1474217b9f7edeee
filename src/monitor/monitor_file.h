// What `--monitor FILE.csv` writes while a command runs: a line a sample, so that a process that was killed has told
// of itself until then.
#pragma once
#include <filesystem>
#include <fstream>
#include <memory>

#include "monitor/sampler.h"

namespace encore {

class MonitorFile {
 public:
  /// Watches this process and its descendants until it is destroyed. Columns: `seconds`, `memory_bytes`, `cpu_percent`
  /// (100 = all processors that the process may use), `core_0_percent` … (of the whole machine). Throws UserError when
  /// the file cannot be written.
  explicit MonitorFile(const std::filesystem::path& file);
  /// Stops. Throws UserError when not everything could be written.
  SamplerCost finish();

 private:
  void write(const Sample&);
  std::filesystem::path path_;
  std::ofstream out_;
  bool headed_ = false;
  std::unique_ptr<Sampler> sampler_;
};

}  // namespace encore
