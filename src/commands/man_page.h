// Manual pages, made from the tables of options. Not the help on the terminal (help.h) and not docs/commands.md
// (reference.cpp).
#pragma once
#include <string>
#include <vector>

#include "commands/command.h"

namespace encore {

/// encore(1), in the man(7) macros.
std::string man_page(const std::vector<Command>& commands);
/// encore-train(1) and its like.
std::string man_page(const Command& command);

}  // namespace encore
