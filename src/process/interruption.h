// Ctrl-C and SIGTERM as a flag that long work looks at; not a place that ends the process.
#pragma once

namespace encore {

/// Makes SIGINT and SIGTERM raise the flag (a second one ends the process at once) and SIGPIPE harmless.
void watch_for_interruption();

/// The signal that arrived, or 0.
int interruption_requested() noexcept;

/// Throws `Interrupted` when a signal arrived; call it between steps of any work over a tenth of a second.
void stop_if_interrupted();

/// Lowers the flag again: for a program that goes on after a command was stopped (a test, a notebook).
void forget_interruption() noexcept;

}  // namespace encore
