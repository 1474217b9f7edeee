// Ctrl-C, SIGTERM and a closed terminal as a flag that long work looks at; not a place that ends the process.
#pragma once

namespace encore {

/// Makes SIGINT, SIGTERM and SIGHUP raise the flag (a second one ends the process at once) unless they are ignored, as
/// under nohup; a reader that went away and a limit on the size of files fail the write instead of ending the process.
void watch_for_interruption();

/// The signal that arrived, or 0.
int interruption_requested() noexcept;

/// Throws `Interrupted` when a signal arrived; call it between steps of any work over a tenth of a second.
void stop_if_interrupted();

/// Lowers the flag again: for a program that goes on after a command was stopped (a test, a notebook).
void forget_interruption() noexcept;

}  // namespace encore
