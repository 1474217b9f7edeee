// encore_options and encore_command: the program's commands, called instead of typed.
#include "c_api/guard.h"
#include "commands/help.h"

namespace c_api = encore::c_api;

extern "C" {

int encore_options(char** json) {
  return c_api::guarded([&] { *c_api::require(json, "json") = c_api::handed_out(encore::commands_json()); });
}
}
