// Completions for the user's shell, made from the tables of options. Not their installation (cmake/ShellFiles.cmake).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "commands/command.h"

namespace encore {

/// A script that completes `encore` in bash, zsh or fish: commands, options, and values where an option has choices; file
/// names elsewhere. Throws UserError for another shell.
std::string completion_script(std::string_view shell, const std::vector<Command>& commands);

}  // namespace encore
