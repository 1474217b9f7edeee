// Reads /proc/stat.
#include "monitor/core_use.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace encore {

CoreUse::CoreUse() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core)
      if (CPU_ISSET(core, &set)) numbers_.push_back(core);
  }
  last_ = ticks();
  if (last_.empty()) numbers_.clear();
}

/// "cpu3 user nice system idle iowait irq softirq steal …", in ticks since the start of the machine.
std::vector<CoreUse::Ticks> CoreUse::ticks() const {
  std::ifstream file("/proc/stat");
  std::vector<Ticks> found(numbers_.size());
  std::size_t seen = 0;
  for (std::string line; std::getline(file, line) && line.starts_with("cpu");) {
    if (line[3] == ' ') continue;  // the sum of all
    std::istringstream words(line.substr(3));
    int number = 0;
    words >> number;
    const auto at = std::ranges::find(numbers_, number);
    if (at == numbers_.end()) continue;
    Ticks& core = found[static_cast<std::size_t>(at - numbers_.begin())];
    std::int64_t ticks = 0;
    for (int column = 0; column < 8 && words >> ticks; ++column) {
      core.all += ticks;
      if (column != 3 && column != 4) core.busy += ticks;  // neither idle nor waiting for a disk
    }
    ++seen;
  }
  if (seen != numbers_.size()) found.clear();
  return found;
}

std::vector<float> CoreUse::read() {
  const std::vector<Ticks> now = ticks();
  if (now.size() != last_.size() || now.empty()) return {};
  std::vector<float> percent;
  for (std::size_t core = 0; core < now.size(); ++core) {
    const auto all = static_cast<float>(now[core].all - last_[core].all);
    const auto busy = static_cast<float>(now[core].busy - last_[core].busy);
    percent.push_back(all > 0 ? std::clamp(100 * busy / all, 0.0F, 100.0F) : 0.0F);
  }
  last_ = now;
  return percent;
}

}  // namespace encore
