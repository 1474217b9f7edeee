// The table of subcommands, in the order of a rating's way. Adding a command = one file + one line here.
#include "commands/command.h"

namespace encore {

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      prepare_command(),   inspect_command(), train_command(),    evaluate_command(),
      compare_command(),   tune_command(),    recommend_command(), similar_command(), generate_command(), study_command(),
      items_command(),     serve_command(),     events_command(),  health_command(),
  };
  return table;
}

}  // namespace encore
