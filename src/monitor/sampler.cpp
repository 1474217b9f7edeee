// The sampling thread.
#include "monitor/sampler.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <ctime>

#include "monitor/core_use.h"
#include "monitor/process_tree.h"
#include "process/resources.h"

namespace encore {
namespace {

using Clock = std::chrono::steady_clock;

double own_cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Processors that the process may keep busy: affinity, or a container's quota, which may be a fraction.
double processors() {
  const double threads = available_threads();
  return std::min(threads, container_limits().processors.value_or(threads));
}

}  // namespace

Sampler::Sampler(pid_t root, std::chrono::milliseconds interval, std::function<void(const Sample&)> on_sample)
    : on_sample_(std::move(on_sample)), began_(Clock::now()) {
  sigset_t all, before;  // signals are for the threads that know what to do with them
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this, root, interval] { run(root, interval); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Sampler::~Sampler() { stop(); }

SamplerCost Sampler::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  return cost_;
}

void Sampler::run(pid_t root, std::chrono::milliseconds interval) {
  constexpr double most_of_a_core = 0.01;
  ProcessTree tree(root);
  CoreUse cores;
  const double available = processors();
  double last_seconds = 0, last_cpu = tree.read().cpu_seconds;
  for (bool last = false; !last;) {
    const double spent = own_cpu_seconds();
    const auto rest = std::chrono::duration<double>(spent / most_of_a_core) - (Clock::now() - began_);
    const auto pause = std::max(std::chrono::duration<double>(interval), std::chrono::duration<double>(rest));
    {
      std::unique_lock lock(mutex_);
      last = wake_.wait_for(lock, pause, [this] { return stopping_; });
    }
    Sample sample;
    sample.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    const TreeUse use = tree.read();
    const double passed = sample.seconds - last_seconds;
    sample.memory_bytes = use.memory_bytes;
    sample.cpu_percent = passed > 0 ? std::max(0.0, 100 * (use.cpu_seconds - last_cpu) / passed / available) : 0;
    sample.cores = cores.read();
    last_seconds = sample.seconds, last_cpu = use.cpu_seconds;
    on_sample_(sample);
    ++cost_.samples;
  }
  cost_.cpu_seconds = own_cpu_seconds();
  cost_.seconds = last_seconds;
}

}  // namespace encore
