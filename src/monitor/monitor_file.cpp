// Samples as CSV.
#include "monitor/monitor_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "process/staged_file.h"

namespace encore {

MonitorFile::MonitorFile(const std::filesystem::path& file) : path_(file) {
  require_parent(file);
  out_.open(file, std::ios::trunc);
  if (!out_) throw cannot_write(file, errno);
  sampler_ = std::make_unique<Sampler>(getpid(), std::chrono::milliseconds(100),
                                       [this](const Sample& sample) { write(sample); });
}

void MonitorFile::write(const Sample& sample) {
  std::string text;
  if (!headed_) {
    text = "seconds,memory_bytes,cpu_percent";
    for (std::size_t core = 0; core < sample.cores.size(); ++core) text += fmt::format(",core_{}_percent", core);
    text += '\n';
    headed_ = true;
  }
  text += fmt::format("{:.3f},{},{:.1f}", sample.seconds, sample.memory_bytes, sample.cpu_percent);
  for (const float percent : sample.cores) text += fmt::format(",{:.1f}", percent);
  out_ << text << '\n' << std::flush;
}

SamplerCost MonitorFile::finish() {
  const SamplerCost cost = sampler_->stop();
  errno = 0;
  out_.close();
  if (!out_) throw cannot_write(path_, errno != 0 ? errno : ENOSPC);
  return cost;
}

}  // namespace encore
