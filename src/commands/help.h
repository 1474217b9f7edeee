// What the program says about itself: the overview, each command's help, and the same as Markdown and JSON for docs and
// bindings. All of it follows from the option tables; nothing is written down twice.
#pragma once
#include <string>
#include "commands/command.h"

namespace encore {

/// `encore --help`: the commands, and a tour in four lines.
std::string overview_text();
/// `encore train --help`: usage, options by group with defaults and ranges, examples.
std::string help_text(const Command& command);
/// The defaults that each kind of model has of its own, for docs/commands.md.
std::string model_defaults_markdown();
/// docs/commands.md, whole.
std::string commands_markdown();
/// {"version": …, "commands": [{"name", "sentence", "usage", "examples", "options": [{…}]}]}.
std::string commands_json();

}  // namespace encore
