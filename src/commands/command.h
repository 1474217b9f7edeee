// What a subcommand is: a row of the table in table.cpp. Each command stands in a file of its own, which turns its
// settings (settings/) into calls of the modules; parsing is done from the option tables (parser.cpp), never by hand.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include "options/option_row.h"
#include "console/output.h"
#include "settings/option.h"

namespace CLI {
class App;
}

namespace encore {

struct Command {
  std::string_view name;
  std::string_view sentence;               ///< one sentence for the overview
  std::vector<std::string_view> examples;  ///< whole command lines, shown by --help and in docs/commands.md
  /// Declares the options on `app`; the returned function runs the command with what was parsed and returns the exit
  /// code.
  std::function<std::function<int(const Output&)>(CLI::App& app)> declare;
  std::vector<OptionRow> options;  ///< for the help and the docs, in the order of the table
};

/// Gives `app` an option that hands the user's words to `take`.
void declare_row(CLI::App& app, const OptionRow& row, const std::function<void(const std::vector<std::string>&)>& take);

/// Adds one option of `settings` to `app`: type, range, choices, default and help from its row.
template <class Settings>
void declare_option(CLI::App& app, Settings& settings, const Option<Settings>& option) {
  const OptionRow row = describe(option);
  declare_row(app, row, [&settings, row, option](const std::vector<std::string>& words) {
    with_value(settings, option, [&](auto& value) { read_value(row, words, value); });
  });
}

/// The usual command: a table of options over a struct, and a function that runs with it.
template <class Settings>
Command make_command(std::string_view name, std::string_view sentence, std::vector<std::string_view> examples,
                     const OptionTable<Settings>& options, int (*run)(const Settings&, const Output&)) {
  Command command{name, sentence, std::move(examples), {}, {}};
  for (const Option<Settings>& option : options) command.options.push_back(describe(option));
  command.declare = [options, run](CLI::App& app) -> std::function<int(const Output&)> {
    const auto settings = std::make_shared<Settings>();
    for (const Option<Settings>& option : options) declare_option(app, *settings, option);
    return [settings, run](const Output& output) { return run(*settings, output); };
  };
  return command;
}

/// The table, in the order of a rating's way.
const std::vector<Command>& commands();
/// One more row, before anything has asked for the table.
void add_command(Command);

Command prepare_command();
Command inspect_command();
Command train_command();
Command evaluate_command();
Command compare_command();
Command tune_command();
Command recommend_command();
Command similar_command();
Command generate_command();
Command study_command();
Command serve_command();
Command items_command();
Command events_command();
Command health_command();

}  // namespace encore
