// The table of subcommands, in the order of a rating's way. Adding a command = one file + one line here.
#include "commands/command.h"

namespace encore {

namespace {

/// A list of its own, so that adding one builds no row of ours before what that row is made of.
std::vector<Command>& added_commands() {
  static std::vector<Command> rows;
  return rows;
}

std::vector<Command> all_commands() {
  std::vector<Command> rows = {
      prepare_command(),   inspect_command(), train_command(),    evaluate_command(),
      compare_command(),   tune_command(),    recommend_command(), similar_command(), generate_command(), study_command(),
      items_command(),     serve_command(),     events_command(),  health_command(),
  };
  rows.insert(rows.end(), added_commands().begin(), added_commands().end());
  return rows;
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table = all_commands();
  return table;
}

void add_command(Command row) { added_commands().push_back(std::move(row)); }

}  // namespace encore
