// Reads /proc and the processes' own clocks, which count nanoseconds where /proc counts hundredths of a second.
#include "monitor/process_tree.h"

#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>

namespace encore {
namespace {

namespace fs = std::filesystem;

/// Of a core's time, what finding out about shared pages may take.
constexpr double share_for_pages = 0.003;

std::optional<double> cpu_of(pid_t process) {
  clockid_t clock = 0;
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0) return std::nullopt;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Pages of the program, then resident ones: "765 438 …".
std::int64_t resident_bytes(pid_t process) {
  static const std::int64_t page = sysconf(_SC_PAGE_SIZE);
  std::int64_t size = 0, resident = 0;
  std::ifstream(fs::path("/proc") / std::to_string(process) / "statm") >> size >> resident;
  return resident * page;
}

/// "Pss:   1234 kB"; nothing where the process has ended or may not be read.
std::optional<double> proportional_bytes(pid_t process) {
  std::ifstream file(fs::path("/proc") / std::to_string(process) / "smaps_rollup");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("Pss:")) return 1024 * std::strtod(line.c_str() + 4, nullptr);
  return std::nullopt;
}

double this_thread() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// "4711 (name, with anything) S 4710 …": the parent is the second word behind the last parenthesis.
std::optional<pid_t> parent_of(const fs::path& process) {
  std::ifstream file(process / "stat");
  std::string line, state;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t end = line.rfind(')');
  if (end == std::string::npos || end + 4 >= line.size()) return std::nullopt;
  return static_cast<pid_t>(std::strtol(line.c_str() + end + 4, nullptr, 10));
}

}  // namespace

ProcessTree::ProcessTree(pid_t root) : root_(root) { living_[root].cpu_seconds = cpu_of(root).value_or(0); }

void ProcessTree::find_descendants() {
  std::multimap<pid_t, pid_t> children;
  std::error_code error;  // a process may end while we look
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (const auto parent = parent_of(entry.path())) children.emplace(*parent, std::stoi(name));
  }
  std::set<pid_t> waiting{root_};
  while (!waiting.empty()) {
    const pid_t parent = *waiting.begin();
    waiting.erase(waiting.begin());
    living_.try_emplace(parent);
    const auto [first, last] = children.equal_range(parent);
    for (auto child = first; child != last; ++child) waiting.insert(child->second);
  }
}

void ProcessTree::read_pages() {
  for (auto& [process, known] : living_) {
    const auto proportional = proportional_bytes(process);
    const std::int64_t resident = resident_bytes(process);
    if (proportional && resident > 0) known.own_share = *proportional / static_cast<double>(resident);
  }
}

TreeUse ProcessTree::read() {
  const auto now = std::chrono::steady_clock::now();
  if (now >= next_search_) {
    find_descendants();
    next_search_ = now + std::chrono::seconds(1);
  }
  if (now >= next_pages_) {
    const double before = this_thread();
    read_pages();
    const std::chrono::duration<double> pause((this_thread() - before) / share_for_pages);
    next_pages_ = now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(pause);
  }
  TreeUse use;
  for (auto process = living_.begin(); process != living_.end();) {
    const auto cpu = cpu_of(process->first);
    if (!cpu && process->first != root_) {
      ended_ += process->second.cpu_seconds;
      process = living_.erase(process);
      continue;
    }
    process->second.cpu_seconds = cpu.value_or(process->second.cpu_seconds);
    use.cpu_seconds += process->second.cpu_seconds;
    use.memory_bytes +=
        static_cast<std::int64_t>(static_cast<double>(resident_bytes(process->first)) * process->second.own_share);
    ++process;
  }
  use.cpu_seconds += ended_;
  if (!read_before_) at_start_ = use.cpu_seconds;
  read_before_ = true;
  use.cpu_seconds -= at_start_;
  return use;
}

}  // namespace encore
