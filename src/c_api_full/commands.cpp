// encore_options, encore_command, encore_tune, encore_stop_* and encore_answers_*: the program's commands, called instead of typed.
#include <csignal>
#include <nlohmann/json.hpp>
#include <optional>
#include "c_api/guard.h"
#include "c_api_full/handles.h"
#include "commands/help.h"
#include "commands/program.h"
#include "commands/tune_elsewhere.h"
#include "options/settings_json.h"
#include "process/error.h"
#include "process/interruption.h"

namespace encore::c_api {
namespace {

/// The caller's function and wish to stop, as encore.h declares them.
struct Listener {
  void (*message)(const char* line, void* context);
  void* context;
  const encore_stop* stop;
};

/// Runs `work`, which says what it has to say to the sinks; its JSON object goes to `json`, null when it has none.
template <class Work>
int answered(Listener listener, char** json, Work&& work) noexcept {
  return guarded([&] {
    *require(json, "json") = nullptr;
    std::string object;
    const OutputSinks sinks{[&](const std::string& json_text) { object = json_text; },
                            [&](const std::string& line) {
                              if (listener.message != nullptr) listener.message(line.c_str(), listener.context);
                            }};
    const InterruptionScope scope(listener.stop == nullptr ? nullptr : &listener.stop->interruption);
    work(sinks);
    if (!object.empty()) *json = handed_out(object);
  });
}

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" {

int encore_stop_new(encore_stop** stop) {
  return c_api::guarded([&] { *c_api::require(stop, "stop") = new encore_stop; });
}

void encore_stop_request(encore_stop* stop) {
  if (stop != nullptr) stop->interruption.request(SIGINT);
}

void encore_stop_free(encore_stop* stop) { delete stop; }

int encore_command(int argc, const char* const* argv, void (*message)(const char* line, void* context), void* context,
                   const encore_stop* stop, char** json) {
  return c_api::answered({message, context, stop}, json, [&](const encore::OutputSinks& sinks) {
    const encore::InterruptionWatch watch;  // a command may have something half-written to put aside
    encore::call_command({argv, argv + argc}, sinks);
  });
}

int encore_tune(const char* options_json, const char* caller_json, int (*ask)(const char* what_json, void* context),
                void (*message)(const char* line, void* context), void* context, const encore_stop* stop, char** json) {
  return c_api::answered({message, context, stop}, json, [&](const encore::OutputSinks& sinks) {
    const auto caller = nlohmann::ordered_json::parse(c_api::require(caller_json, "caller_json"));
    c_api::require(ask, "ask");
    const encore::InterruptionWatch watch;
    encore::tune_elsewhere(c_api::require(options_json, "options_json"),
                           {caller.at("dataset"), caller.at("train"), [&](const std::string& what) { return ask(what.c_str(), context); }},
                           sinks);
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
                             void (*message)(const char* line, void* context), void* context, const encore_stop* stop,
                           char** json) {
  return c_api::answered({message, context, stop}, json, [&](const encore::OutputSinks& sinks) {
    const auto settings =
        encore::settings_from_json(encore::recommend_options(), c_api::require(options_json, "options_json"));
    std::optional<encore::InterruptionWatch> watch;  // where a file may be half-written
    if (settings.all) watch.emplace();
    encore::recommend(c_api::require(answers, "answers")->opened, settings, {.json = true, .sinks = &sinks});
  });
}

int encore_answers_similar(const encore_answers* answers, const char* options_json,
                           void (*message)(const char* line, void* context), void* context, const encore_stop* stop,
                           char** json) {
  return c_api::answered({message, context, stop}, json, [&](const encore::OutputSinks& sinks) {
    const auto settings =
        encore::settings_from_json(encore::similar_options(), c_api::require(options_json, "options_json"));
    encore::list_similar(c_api::require(answers, "answers")->opened.desk, settings, {.json = true, .sinks = &sinks});
  });
}

void encore_answers_free(encore_answers* answers) { delete answers; }
}
