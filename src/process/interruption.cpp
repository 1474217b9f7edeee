// The signal handlers: they only set a flag. Who looks at the flag, and cleans up, is not decided here.
#include "process/interruption.h"

#include <pthread.h>
#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <utility>
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

thread_local const Interruption* heard = nullptr;

std::atomic<int> watches{0};

extern "C" void note_watched_signal(int signal) {
  note_signal(signal);
  // The last watch may have gone between this signal's arrival and its note: then nobody else lets it take its course.
  if (watches.load() == 0 && arrived.exchange(0) != 0) std::raise(signal);
}

constexpr std::array watched = {SIGTERM, SIGHUP};

/// Which of the signals the watches have taken over.
struct Taken {
  std::mutex mutex;
  std::condition_variable ended;
  std::array<bool, watched.size()> taken{};
};

Taken& state() {
  static Taken taken;
  return taken;
}

bool is_default(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

void put_default_back() {
  for (std::size_t s = 0; s < watched.size(); ++s) {
    struct sigaction current {};
    // Unless the program around has set a handler of its own meanwhile.
    if (state().taken[s] && sigaction(watched[s], nullptr, &current) == 0 && current.sa_handler == note_watched_signal)
      std::signal(watched[s], SIG_DFL);
    state().taken[s] = false;
  }
}

/// A forked child has none of the threads that the watches were for.
void forget_watches_in_child() {
  put_default_back();
  watches = 0;
  arrived = 0;
  state().mutex.unlock();
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
  static const int forks = pthread_atfork([] { state().mutex.lock(); }, [] { state().mutex.unlock(); },
                                          forget_watches_in_child);
  static_cast<void>(forks);
  std::unique_lock lock(state().mutex);
  state().ended.wait(lock, [] { return watches == 0 || arrived == 0; });
  if (watches++ > 0) return;
  for (std::size_t s = 0; s < watched.size(); ++s) {
    struct sigaction current {};
    state().taken[s] = sigaction(watched[s], nullptr, &current) == 0 && is_default(current);
    if (state().taken[s]) watch(watched[s], note_watched_signal);
  }
}

InterruptionWatch::~InterruptionWatch() {
  int signal = 0;
  {
    const std::lock_guard lock(state().mutex);
    if (watches > 1) {
      --watches;
      return;
    }
    put_default_back();
    watches = 0;
    signal = arrived.exchange(0);
  }
  if (signal != 0) std::raise(signal);
  state().ended.notify_all();
}

InterruptionScope::InterruptionScope(const Interruption* interruption) noexcept
    : before_(std::exchange(heard, interruption)) {}

InterruptionScope::~InterruptionScope() { heard = before_; }

const Interruption* current_interruption() noexcept { return heard; }

int interruption_requested() noexcept {
  if (const int signal = arrived.load(std::memory_order_relaxed)) return signal;
  return heard == nullptr ? 0 : heard->requested();
}

void stop_if_interrupted() {
  if (const int signal = interruption_requested()) {
    throw Interrupted(signal, signal == SIGINT   ? "stopped by Ctrl-C"
                              : signal == SIGHUP ? "stopped because its terminal was closed"
                                                 : "stopped by SIGTERM");
  }
}

void forget_interruption() noexcept { arrived.store(0); }

}  // namespace encore
