// The signal handlers: they only set a flag. Who looks at the flag, and cleans up, is not decided here.
#include "process/interruption.h"

#include <csignal>
#include <atomic>
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

void watch(int signal) {
  struct sigaction current {};
  // A shell starts background jobs with SIGINT ignored: that wish is kept.
  if (sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN) return;
  struct sigaction action {};
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

void watch_for_interruption() {
  watch(SIGINT);
  watch(SIGTERM);
  watch(SIGHUP);                  // the terminal was closed: as careful an end as Ctrl-C
  std::signal(SIGPIPE, SIG_IGN);  // `encore … | head` ends with a failed write, not with a killed process
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on the size of files (ulimit -f) fails the write, which has its sentence
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
