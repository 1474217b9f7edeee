// Ctrl-C, SIGTERM and a closed terminal as a flag that long work looks at; not a place that ends the process.
#pragma once

namespace encore {

/// Makes SIGINT, SIGTERM and SIGHUP raise the flag (a second one ends the process at once) unless they are ignored, as
/// under nohup; a reader that went away and a limit on the size of files fail the write instead of ending the process.
void watch_for_interruption();

/// For a library: while one of these lives, SIGINT, SIGTERM and SIGHUP raise the flag (never end the process), and what
/// the program around it had set for them comes back with the last one. The flag is lowered at the first and the last.
/// Signals that are ignored stay so.
class InterruptionWatch {
 public:
  InterruptionWatch();
  ~InterruptionWatch();
  InterruptionWatch(const InterruptionWatch&) = delete;
  InterruptionWatch& operator=(const InterruptionWatch&) = delete;
};

/// The signal that arrived, or 0.
int interruption_requested() noexcept;

/// Throws `Interrupted` when a signal arrived; call it between steps of any work over a tenth of a second.
void stop_if_interrupted();

/// Lowers the flag again: for a program that goes on after a command was stopped (a test, a notebook).
void forget_interruption() noexcept;

}  // namespace encore
