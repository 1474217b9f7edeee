// The signal handlers: they only set a flag. Who looks at the flag, and cleans up, is not decided here.
#include "process/interruption.h"

#include <csignal>
#include <array>
#include <atomic>
#include <mutex>
#include "process/error.h"

namespace encore {
namespace {

std::atomic<int> arrived{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

extern "C" void note_signal(int signal) {
  if (arrived.exchange(signal) != 0) {  // the second one: whoever pressed Ctrl-C twice does not want to wait
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

extern "C" void note_every_signal(int signal) { arrived.store(signal); }

constexpr std::array watched = {SIGINT, SIGTERM, SIGHUP};

/// What the program around a library had set, and how many watches there are.
struct Around {
  std::mutex mutex;
  int watches = 0;
  std::array<struct sigaction, watched.size()> actions{};
};

Around& around() {
  static Around state;
  return state;
}

void watch(int signal, void (*handler)(int)) {
  struct sigaction current {};
  // A shell starts background jobs with SIGINT ignored: that wish is kept.
  if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void watch_for_interruption() {
  watch(SIGINT, note_signal);
  watch(SIGTERM, note_signal);
  watch(SIGHUP, note_signal);     // the terminal was closed: as careful an end as Ctrl-C
  std::signal(SIGPIPE, SIG_IGN);  // `encore … | head` ends with a failed write, not with a killed process
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files (ulimit -f) fails the write, which has its sentence
}

InterruptionWatch::InterruptionWatch() {
  Around& state = around();
  const std::lock_guard lock(state.mutex);
  if (state.watches++ > 0) return;
  forget_interruption();
  for (std::size_t s = 0; s < watched.size(); ++s) {
    sigaction(watched[s], nullptr, &state.actions[s]);
    watch(watched[s], note_every_signal);
  }
}

InterruptionWatch::~InterruptionWatch() {
  Around& state = around();
  const std::lock_guard lock(state.mutex);
  if (--state.watches > 0) return;
  for (std::size_t s = 0; s < watched.size(); ++s) sigaction(watched[s], &state.actions[s], nullptr);
  forget_interruption();
}

int interruption_requested() noexcept { return arrived.load(std::memory_order_relaxed); }

void stop_if_interrupted() {
  if (const int signal = interruption_requested()) {
    throw Interrupted(signal, signal == SIGINT   ? "stopped by Ctrl-C"
                              : signal == SIGHUP ? "stopped because its terminal was closed"
                                                 : "stopped by SIGTERM");
  }
}

void forget_interruption() noexcept { arrived.store(0); }

}  // namespace encore
