// encore_plan_*, encore_cut_items, encore_deal_users: what the driver decides before the processes start.
#include <nlohmann/json.hpp>
#include <algorithm>
#include <fmt/format.h>
#include "c_api/guard.h"
#include "options/settings_json.h"
#include "process/error.h"
#include "training/batch_entries.h"
#include "training/lone_worker.h"
#include "models/plan.h"
#include "models/table.h"
#include "models/train_options.h"

namespace encore::c_api {
namespace {

TrainSettings settings_in(const char* options_json) {
  return settings_from_json(train_options(), require(options_json, "options_json"));
}

TrainingPlan plan_in(const char* plan_json) { return plan_from_json(require(plan_json, "plan_json")); }

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" {

int encore_plan_training(const char* options_json, int64_t training_users, int64_t validation_users,
                         char** plan_json) {
  return c_api::guarded([&] {
    const encore::TrainingPlan plan =
        encore::plan_training(c_api::settings_in(options_json), training_users, validation_users);
    auto json = nlohmann::ordered_json::parse(to_json(plan));
    json["one_process"] = encore::model_kind(plan.architecture.model).one_process;
    *c_api::require(plan_json, "plan_json") = c_api::handed_out(json.dump());
  });
}

int encore_plan_resumed(const char* options_json, const char* before_json, char** plan_json) {
  return c_api::guarded([&] {
    const encore::TrainingPlan plan =
        encore::plan_resumed(c_api::settings_in(options_json), c_api::plan_in(before_json));
    *c_api::require(plan_json, "plan_json") = c_api::handed_out(to_json(plan));
  });
}

int encore_plan_kernel_path(const char* plan_json, char** path) {
  return c_api::guarded([&] {
    *c_api::require(path, "path") = c_api::handed_out(encore::kernel_path_of(c_api::plan_in(plan_json)));
  });
}

int encore_input_condition(const char* plan_json, const char* head_json, char** sql) {
  return c_api::guarded([&] {
    const encore::Input input = c_api::plan_in(plan_json).architecture.input;
    const auto scale = nlohmann::ordered_json::parse(c_api::require(head_json, "head_json")).at("scale");
    std::string condition = "TRUE";  // which ratings have an input_value (model/input_rows.h)
    if (!scale.at("implicit").get<bool>() && input == encore::Input::binary) {
      condition = fmt::format("CAST(rating AS DOUBLE) >= CAST({} AS DOUBLE)", scale.at("liked").get<double>());
    }
    *c_api::require(sql, "sql") = c_api::handed_out(condition);
  });
}

int encore_cut_items(const char* plan_json, const int64_t* training_ratings, int64_t items, int64_t training_users,
                     int processes, int64_t* first_item) {
  return c_api::guarded([&] {
    const encore::TrainingPlan plan = c_api::plan_in(plan_json);
    encore::Catalogue catalogue;
    catalogue.id.resize(static_cast<std::size_t>(items));
    c_api::require(training_ratings, "training_ratings");
    catalogue.training_ratings.assign(training_ratings, training_ratings + items);
    const auto runs = encore::cut_into_runs(catalogue, training_users, plan.block_items, processes);
    for (std::size_t p = 0; p < runs.size(); ++p) c_api::require(first_item, "first_item")[p] = runs[p].first_item();
    first_item[processes] = items;
  });
}

int encore_deal_users(const char* plan_json, const int32_t* users, int64_t count, int32_t* rank) {
  return c_api::guarded([&] {
    const encore::TrainingPlan plan = c_api::plan_in(plan_json);
    const std::vector<std::int32_t> all(c_api::require(users, "users"), users + count);
    if (!std::is_sorted(all.begin(), all.end())) throw c_api::Misuse("the users must be ascending");
    const auto dealt = encore::deal_users(all, plan.seed, plan.shards);
    for (std::size_t r = 0; r < dealt.size(); ++r) {
      for (const std::int32_t user : dealt[r]) {
        const auto at = std::lower_bound(all.begin(), all.end(), user) - all.begin();
        c_api::require(rank, "rank")[at] = static_cast<std::int32_t>(r);
      }
    }
  });
}
}
