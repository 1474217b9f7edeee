// encore_options, encore_command and encore_answers_*: the program's commands, called instead of typed.
#include <csignal>
#include "c_api/guard.h"
#include "commands/help.h"
#include "commands/opened_model.h"
#include "commands/program.h"
#include "options/settings_json.h"
#include "process/error.h"
#include "process/interruption.h"

struct encore_answers {
  encore::OpenedModel model;
};

namespace encore::c_api {
namespace {

/// The caller's function, as encore.h declares it.
struct Listener {
  void (*message)(const char* line, void* context);
  void* context;
};

/// Runs `work`, which says what it has to say to the sinks; its JSON object goes to `json`, null when it has none.
template <class Work>
int answered(Listener listener, char** json, Work&& work) noexcept {
  int ended_by = 0;
  const int code = guarded([&] {
    *require(json, "json") = nullptr;
    std::string object;
    const OutputSinks sinks{[&](const std::string& json_text) { object = json_text; },
                            [&](const std::string& line) {
                              if (listener.message != nullptr) listener.message(line.c_str(), listener.context);
                            }};
    const InterruptionWatch watch;
    try {
      work(sinks);
    } catch (const Interrupted& stopped) {
      ended_by = stopped.exit_code() - 128;
      throw;
    }
    if (!object.empty()) *json = handed_out(object);
  });
  // Ctrl-C ends the command; what ends the whole program reaches whoever watches for it, now that all is put aside.
  if (ended_by == SIGTERM || ended_by == SIGHUP) std::raise(ended_by);
  return code;
}

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" {

int encore_command(int argc, const char* const* argv, void (*message)(const char* line, void* context), void* context,
                   char** json) {
  return c_api::answered({message, context}, json, [&](const encore::OutputSinks& sinks) {
    encore::call_command({argv, argv + argc}, sinks);
  });
}

int encore_options(char** json) {
  return c_api::guarded([&] { *c_api::require(json, "json") = c_api::handed_out(encore::commands_json()); });
}

int encore_answers_open(const char* model_folder, encore_answers** answers) {
  return c_api::guarded([&] {
    *c_api::require(answers, "answers") =
        new encore_answers{encore::OpenedModel(c_api::require(model_folder, "model_folder"))};
  });
}

int encore_answers_recommend(const encore_answers* answers, const char* options_json,
                             void (*message)(const char* line, void* context), void* context, char** json) {
  return c_api::answered({message, context}, json, [&](const encore::OutputSinks& sinks) {
    const auto settings =
        encore::settings_from_json(encore::recommend_options(), c_api::require(options_json, "options_json"));
    encore::recommend(c_api::require(answers, "answers")->model, settings, {.json = true, .sinks = &sinks});
  });
}

int encore_answers_similar(const encore_answers* answers, const char* options_json,
                           void (*message)(const char* line, void* context), void* context, char** json) {
  return c_api::answered({message, context}, json, [&](const encore::OutputSinks& sinks) {
    const auto settings =
        encore::settings_from_json(encore::similar_options(), c_api::require(options_json, "options_json"));
    encore::list_similar(c_api::require(answers, "answers")->model, settings, {.json = true, .sinks = &sinks});
  });
}

void encore_answers_free(encore_answers* answers) { delete answers; }
}
