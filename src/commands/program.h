// The whole program as a function: from the words after `encore` to its exit code.
#pragma once
#include <string>
#include <vector>
#include "console/output.h"

namespace encore {

/// Runs the command that `words` names. Errors become one line "encore: <sentence>" on standard error. Returns 0 when
/// done, 2 for the user's mistake, 130 after Ctrl-C, 143 after SIGTERM, 129 after its terminal was closed, 1 for
/// anything else.
int run_program(const std::vector<std::string>& words);

/// The same for a caller in this process: what --json prints goes to the sinks, nothing to the streams, and what went
/// wrong is thrown. `words` begin with the name of a command.
void call_command(const std::vector<std::string>& words, const OutputSinks& sinks);

}  // namespace encore
