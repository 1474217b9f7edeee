// encore_training_*: a training session (training/session.h) behind a handle.
#include <filesystem>

#include "c_api/guard.h"
#include "c_api/handles.h"
#include "models/table.h"
#include "training/session.h"

namespace c_api = encore::c_api;

struct encore_training {
  encore::TrainingSession session;
};

namespace {

encore::TrainingSession& session_of(encore_training* training) { return c_api::require(training, "training")->session; }

const encore::TrainingSession& session_of(const encore_training* training) {
  return c_api::require(training, "training")->session;
}

}  // namespace

extern "C" {

int encore_training_new(const char* plan_json, const encore_rows* rows, encore_world* world,
                        encore_training** training) {
  return c_api::guarded([&] {
    if (!c_api::require(rows, "rows")->finished()) throw c_api::Misuse("encore_rows_finish has not been called");
    const encore::TrainingPlan plan = encore::plan_from_json(c_api::require(plan_json, "plan_json"));
    encore::ClusterWorld* const others = world == nullptr ? nullptr : world->world.get();
    *c_api::require(training, "training") = new encore_training{{rows->dataset, plan, others, encore::begin_fit}};
  });
}

int encore_training_load(encore_training* training, const char* const* files, int count) {
  return c_api::guarded([&] { session_of(training).load({c_api::require(files, "files"), files + count}); });
}

int encore_training_epoch(encore_training* training, char** record_json) {
  return c_api::guarded([&] {
    const std::string record = session_of(training).run_epoch();
    *c_api::require(record_json, "record_json") = c_api::handed_out(record);
  });
}

double encore_training_progress(const encore_training* training) {
  return training == nullptr ? 0 : training->session.progress();
}

int encore_training_finished(const encore_training* training) {
  return training != nullptr && training->session.finished() ? 1 : 0;
}

int encore_training_save(const encore_training* training, const char* file) {
  return c_api::guarded([&] { session_of(training).save(c_api::require(file, "file")); });
}

int encore_training_save_model(const encore_training* training, const char* file) {
  return c_api::guarded([&] { session_of(training).save_model(c_api::require(file, "file")); });
}

void encore_training_free(encore_training* training) { delete training; }

}  // extern "C"
