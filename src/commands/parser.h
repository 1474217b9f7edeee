// From a user's words to a command ready to run. Nothing else includes CLI11.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>
#include "commands/command.h"

namespace encore {

struct ParsedCommand {
  bool help = false;  ///< --help was asked for; `run` is empty then
  Output output;
  std::optional<std::string> monitor;  ///< the file of --monitor
  std::function<int(const Output&)> run;
};

/// Reads the words behind the command's name. Throws UserError for an unknown, missing, doubled or wrong option.
ParsedCommand parse_command(const Command& command, const std::vector<std::string>& words);

/// The options that every command has: --json, --quiet, --help, --monitor.
const std::vector<OptionRow>& shared_options();

/// "encore train DATASET -o MODEL [options]".
std::string usage_line(const Command& command);

}  // namespace encore
