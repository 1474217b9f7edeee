// encore_options and encore_command: the program's commands, called instead of typed.
#include <csignal>
#include "c_api/guard.h"
#include "commands/help.h"
#include "commands/program.h"
#include "process/error.h"
#include "process/interruption.h"

namespace encore::c_api {
namespace {

/// The object that the command prints with --json; empty when it has none. `ended_by`: the signal that stopped it.
std::string call(const std::vector<std::string>& words, const std::function<void(const std::string&)>& message,
                 int& ended_by) {
  std::string object;
  const OutputSinks sinks{[&](const std::string& json_text) { object = json_text; }, message};
  const InterruptionWatch watch;
  try {
    call_command(words, sinks);
  } catch (const Interrupted& stopped) {
    ended_by = stopped.exit_code() - 128;
    throw;
  }
  return object;
}

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" {

int encore_command(int argc, const char* const* argv, void (*message)(const char* line, void* context), void* context,
                   char** json) {
  int ended_by = 0;
  const int code = c_api::guarded([&] {
    *c_api::require(json, "json") = nullptr;
    const std::vector<std::string> words(argv, argv + argc);
    const auto tell = [&](const std::string& line) {
      if (message != nullptr) message(line.c_str(), context);
    };
    const std::string object = c_api::call(words, tell, ended_by);
    if (!object.empty()) *json = c_api::handed_out(object);
  });
  // Ctrl-C ends the command; what ends the whole program reaches whoever watches for it, now that all is put aside.
  if (ended_by == SIGTERM || ended_by == SIGHUP) std::raise(ended_by);
  return code;
}

int encore_options(char** json) {
  return c_api::guarded([&] { *c_api::require(json, "json") = c_api::handed_out(encore::commands_json()); });
}
}
