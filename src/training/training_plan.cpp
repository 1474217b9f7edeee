// The plan as JSON, and the names in it.
#include "training/training_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "dataset/checked_json.h"
#include "kernel/kernels.h"
#include "model/named_value.h"

namespace encore {
namespace {

using Json = CheckedJson;

constexpr std::array parallel_rows{Named{Parallel::items, "items"}, Named{Parallel::users_step, "users-step"},
                                   Named{Parallel::users_epoch, "users-epoch"}, Named{Parallel::elephas, "elephas"},
                                   Named{Parallel::async, "async"}};
constexpr std::array stop_on_rows{Named{StopOn::validation_loss, "validation-loss"}, Named{StopOn::ndcg, "ndcg@100"}};

Json knobs_json(const NamedValues& knobs) {
  Json json = Json::object();
  for (const auto& [name, value] : knobs) std::visit([&, &key = name](const auto& one) { json[key] = one; }, value);
  return json;
}

NamedValues knobs_from(const Json& json) {
  NamedValues knobs;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string()) knobs[name] = value.get<std::string>();
    else if (value.is_number_integer()) knobs[name] = value.get<std::int64_t>();
    else knobs[name] = value.get<double>();
  }
  return knobs;
}

}  // namespace

std::string kernel_path_of(const TrainingPlan& plan) {
  const bool tiles_may_be_used = plan.precision == Precision::bf16 && plan.device == "cpu";
  return tiles_may_be_used ? kernel::bfloat16_path() : kernel::kernel_path();
}

std::string_view name_of(Parallel mode) { return name_in(parallel_rows, mode); }
Parallel parallel_named(std::string_view name) { return value_in(parallel_rows, "parallel mode", name); }
std::vector<std::string_view> parallel_names() { return names_in(parallel_rows); }
std::string_view name_of(StopOn what) { return name_in(stop_on_rows, what); }
StopOn stop_on_named(std::string_view name) { return value_in(stop_on_rows, "measure to stop on", name); }
std::vector<std::string_view> stop_on_names() { return names_in(stop_on_rows); }

double TrainingPlan::divergence_weight(std::int64_t step) const {
  if (architecture.middle == MiddleKind::plain) return 0;
  if (architecture.middle == MiddleKind::residual) return number("gamma");
  const std::int64_t steps = whole("anneal");
  return number("beta") * (step >= steps ? 1 : static_cast<double>(step) / static_cast<double>(steps));
}

std::string to_json(const TrainingPlan& plan) {
  const Architecture& a = plan.architecture;
  return Json{{"model", a.model},
              {"input", name_of(a.input)},
              {"normalise", a.normalise_input},
              {"dropout", a.input_dropout},
              {"hidden", a.hidden},
              {"activation", name_of(a.activation)},
              {"output_activation", name_of(a.output)},
              {"loss", name_of(a.loss)},
              {"middle", name_of(a.middle)},
              {"epochs", plan.learning.epochs},
              {"batch_size", plan.learning.batch_size},
              {"learning_rate", plan.learning.learning_rate},
              {"epsilon", plan.learning.epsilon},
              {"weight_decay", plan.learning.weight_decay},
              {"seed", plan.seed},
              {"parallel", name_of(plan.parallel)},
              {"sync_every_epoch", plan.sync_every_epoch},
              {"push_every_batch", plan.push_every_batch},
              {"lock", plan.lock},
              {"shards", plan.shards},
              {"threads", plan.threads},
              {"block_items", plan.block_items},
              {"negatives", plan.negatives},
              {"device", plan.device},
              {"precision", name_of(plan.precision)},
              {"patience", plan.patience > 0 ? Json(plan.patience) : Json(nullptr)},
              {"round", plan.round},
              {"stop_on", name_of(plan.stop_on)},
              {"patience_asked", plan.patience_asked},
              {"stop_on_asked", plan.stop_on_asked},
              {"epochs_unjudged", plan.epochs_unjudged},
              {"loss_after_epoch", plan.loss_after_epoch},
              {"checkpoint_every", plan.checkpoint_every},
              {"chosen", plan.chosen},
              {"knobs", knobs_json(plan.knobs)}}
      .dump();
}

TrainingPlan plan_from_json(const std::string& text) {
  const Json j = Json::parse(text);
  TrainingPlan plan;
  plan.architecture = {j.at("model"),
                       input_named(j.at("input").get<std::string>()),
                       j.at("normalise"),
                       j.at("dropout"),
                       j.at("hidden").get<std::vector<std::int64_t>>(),
                       activation_named(j.at("activation").get<std::string>()),
                       output_named(j.at("output_activation").get<std::string>()),
                       loss_named(j.at("loss").get<std::string>()),
                       middle_named(j.value("middle", "plain"))};
  plan.learning = {.learning_rate = j.at("learning_rate"),
                   .epsilon = j.at("epsilon"),
                   .weight_decay = j.at("weight_decay"),
                   .batch_size = j.at("batch_size"),
                   .epochs = j.at("epochs")};
  plan.seed = j.at("seed");
  plan.parallel = parallel_named(j.at("parallel").get<std::string>());
  plan.sync_every_epoch = j.at("sync_every_epoch");
  plan.push_every_batch = j.at("push_every_batch");
  plan.lock = j.at("lock");
  plan.shards = j.at("shards"), plan.threads = j.at("threads");
  plan.block_items = j.at("block_items");
  plan.negatives = j.value("negatives", std::int64_t{0});  // as precision
  plan.device = j.at("device");
  plan.precision = precision_named(j.value("precision", "f32"));  // checkpoints from before there was a choice
  if (!j.at("patience").is_null()) plan.patience = j.at("patience").get<std::int64_t>();
  plan.stop_on = stop_on_named(j.at("stop_on").get<std::string>());
  plan.round = j.value("round", std::int64_t{1});  // as precision
  plan.patience_asked = j.value("patience_asked", false), plan.stop_on_asked = j.value("stop_on_asked", false);
  plan.epochs_unjudged = j.value("epochs_unjudged", plan.learning.epochs);
  plan.loss_after_epoch = j.at("loss_after_epoch");
  plan.checkpoint_every = j.at("checkpoint_every");
  plan.chosen = j.value("chosen", std::string());
  if (j.contains("knobs")) plan.knobs = knobs_from(j.at("knobs"));  // checkpoints from before there were any have none
  return plan;
}

}  // namespace encore
