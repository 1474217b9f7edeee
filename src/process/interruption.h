// Ctrl-C, SIGTERM and a closed terminal as a flag that long work looks at; not a place that ends the process.
#pragma once
#include <atomic>

namespace encore {

/// For the program: makes SIGINT, SIGTERM and SIGHUP raise the flag (a second one ends the process at once) unless they are
/// ignored, as under nohup; a reader that went away and a limit on the size of files fail the write instead of ending the
/// process.
void watch_for_interruption();

/// For a library: while one of these lives, SIGTERM and SIGHUP raise the flag where they would end the process at once, so that
/// what is unfinished can be put aside; the last one puts the default back and lets what arrived take its course. No signal is
/// lost. Handlers of the program around the library, ignored signals, and SIGINT are left alone: they are that program's (an
/// InterruptionScope is how it passes them on). While an arrived signal waits for the last watch to go, no new one begins. A
/// child process that is forked meanwhile has the defaults back.
class InterruptionWatch {
 public:
  InterruptionWatch();
  ~InterruptionWatch();
  InterruptionWatch(const InterruptionWatch&) = delete;
  InterruptionWatch& operator=(const InterruptionWatch&) = delete;
};

/// A wish to stop one call of a library, made from any thread.
class Interruption {
 public:
  void request(int signal) noexcept { signal_.store(signal, std::memory_order_relaxed); }
  int requested() const noexcept { return signal_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int> signal_{0};
};

/// While it lives, this thread hears `interruption` (null: nothing) beside the flag. A thread that works for another one takes
/// over what that one hears: InterruptionScope(current_interruption()), the latter asked for in the other thread.
class InterruptionScope {
 public:
  explicit InterruptionScope(const Interruption* interruption) noexcept;
  ~InterruptionScope();
  InterruptionScope(const InterruptionScope&) = delete;
  InterruptionScope& operator=(const InterruptionScope&) = delete;

 private:
  const Interruption* before_;
};

const Interruption* current_interruption() noexcept;

/// The signal that arrived, or that this thread's interruption stands for; 0: none.
int interruption_requested() noexcept;

/// Throws `Interrupted` when one is; call it between steps of any work over a tenth of a second.
void stop_if_interrupted();

/// Lowers the flag again: for a program that goes on after a command was stopped (a test).
void forget_interruption() noexcept;

}  // namespace encore
