// Options + model table (+ checkpoint) → plan, and the plan as JSON.
#include "training/training_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "dataset/checked_json.h"
#include "process/resources.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = CheckedJson;

struct ParallelRow {
  Parallel value;
  std::string_view name;
};
constexpr ParallelRow parallel_rows[] = {{Parallel::items, "items"},
                                         {Parallel::users_step, "users-step"},
                                         {Parallel::users_epoch, "users-epoch"},
                                         {Parallel::elephas, "elephas"},
                                         {Parallel::async, "async"}};

Parallel parallel_named(std::string_view name) {
  for (const ParallelRow& row : parallel_rows) {
    if (row.name == name) return row.value;
  }
  throw UserError(fmt::format("there is no parallel mode '{}'", name));
}

void apply_network(TrainingPlan& plan, const TrainSettings& s) {
  Architecture& a = plan.architecture;
  if (s.hidden) a.hidden = *s.hidden;
  if (s.input) a.input = input_named(*s.input);
  if (s.normalise) a.normalise_input = *s.normalise;
  if (s.dropout) a.input_dropout = *s.dropout;
  if (s.activation) a.activation = activation_named(*s.activation);
  if (s.output_activation) a.output = output_named(*s.output_activation);
  if (s.loss) a.loss = loss_named(*s.loss);
  require_allowed(a.output, a.loss);
}

/// Options that would change nothing are a mistake that the user should hear of.
void require_used(const TrainingPlan& plan, const TrainSettings& s) {
  const auto require = [](bool given, bool used, std::string_view option, std::string_view with) {
    if (given && !used)
      throw UserError(fmt::format("{} does nothing without {}; leave it out or add that", option, with));
  };
  require(s.stop_on.has_value(), plan.patience.has_value(), "--stop-on", "--patience");
  require(s.sync_every.has_value(), plan.parallel == Parallel::elephas, "--sync-every", "--parallel elephas");
  require(s.push_every.has_value(), plan.parallel == Parallel::async, "--push-every", "--parallel async");
  require(s.lock, plan.parallel == Parallel::async, "--lock", "--parallel async");
}

void apply(TrainingPlan& plan, const TrainSettings& s) {
  apply_network(plan, s);
  TrainingDefaults& l = plan.learning;
  l.epochs = s.epochs.value_or(l.epochs);
  l.batch_size = s.batch_size.value_or(l.batch_size);
  l.learning_rate = s.learning_rate.value_or(l.learning_rate);
  l.epsilon = s.epsilon.value_or(l.epsilon);
  l.weight_decay = s.weight_decay.value_or(l.weight_decay);
  if (s.seed) plan.seed = static_cast<std::uint64_t>(*s.seed);
  if (s.parallel) plan.parallel = parallel_named(*s.parallel);
  if (s.sync_every) plan.sync_every_epoch = *s.sync_every == "epoch";
  if (s.push_every) plan.push_every_batch = *s.push_every == "batch";
  plan.lock = plan.lock || s.lock;
  plan.block_items = s.block_items.value_or(plan.block_items);
  plan.device = s.device.value_or(plan.device);
  if (s.precision) plan.precision = precision_named(*s.precision);
  if (s.patience) plan.patience = s.patience;
  if (s.stop_on) plan.stop_on = *s.stop_on == "ndcg@100" ? StopOn::ndcg : StopOn::validation_loss;
  plan.loss_after_epoch = plan.loss_after_epoch || s.loss_after_epoch;
  plan.checkpoint_every = s.checkpoint_every > 0 ? s.checkpoint_every : plan.checkpoint_every;
  require_used(plan, s);
}

void apply_machine(TrainingPlan& plan, const TrainSettings& s, std::optional<int> shards_before) {
  plan.threads = threads_to_use(s.threads);
  const int usual = shards_before && plan.parallel != Parallel::items ? *shards_before : plan.threads;
  plan.shards = s.shards ? static_cast<int>(*s.shards) : usual;
}

/// The plan without what may change between a stop and its continuation.
Json lasting(const TrainingPlan& plan) {
  Json json = Json::parse(to_json(plan));
  for (const char* key : {"epochs", "threads", "patience", "stop_on", "checkpoint_every"}) json.erase(key);
  if (plan.parallel == Parallel::items) json.erase("shards");
  return json;
}

}  // namespace

std::string_view name_of(Parallel mode) {
  for (const ParallelRow& row : parallel_rows) {
    if (row.value == mode) return row.name;
  }
  return "?";
}

TrainingPlan plan_training(const TrainSettings& settings, std::int64_t training_users) {
  const NamedModel& row = named_model(settings.model.value_or("mult-dae"));
  TrainingPlan plan;
  plan.architecture = row.architecture;
  plan.learning = row.training;
  if (row.architecture.hidden.empty() && (settings.hidden || settings.epochs || settings.resume)) {
    throw UserError(
        fmt::format("--model {} is counted, not trained; leave out --hidden, --epochs and --resume", row.name));
  }
  apply(plan, settings);
  const std::int64_t steps =
      std::max<std::int64_t>(1, (training_users + plan.learning.batch_size - 1) / plan.learning.batch_size);
  if (!settings.epochs) plan.learning.epochs = std::max(plan.learning.epochs, (row.least_steps + steps - 1) / steps);
  apply_machine(plan, settings, {});
  return plan;
}

TrainingPlan plan_resumed(const TrainSettings& settings, const TrainingPlan& before) {
  TrainingPlan plan = before;
  if (settings.model && *settings.model != before.architecture.model) {
    throw UserError(fmt::format("the checkpoint is of --model {}, not {}; leave --model out to go on with it",
                                before.architecture.model, *settings.model));
  }
  apply(plan, settings);
  apply_machine(plan, settings, before.shards);
  const Json was = lasting(before), is = lasting(plan);
  for (const auto& [key, value] : is.items()) {
    if (!was.contains(key) || was[key] != value) {
      throw UserError(
          fmt::format("the checkpoint was made with {} = {}, not {}; leave that option out to go on, or train anew "
                      "without --resume",
                      key, was.value(key, Json()).dump(), value.dump()));
    }
  }
  return plan;
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
              {"device", plan.device},
              {"precision", name_of(plan.precision)},
              {"patience", plan.patience ? Json(*plan.patience) : Json(nullptr)},
              {"stop_on", plan.stop_on == StopOn::ndcg ? "ndcg@100" : "validation-loss"},
              {"loss_after_epoch", plan.loss_after_epoch},
              {"checkpoint_every", plan.checkpoint_every}}
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
                       loss_named(j.at("loss").get<std::string>())};
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
  plan.device = j.at("device");
  plan.precision = precision_named(j.value("precision", "f32"));  // checkpoints from before there was a choice
  if (!j.at("patience").is_null()) plan.patience = j.at("patience").get<std::int64_t>();
  plan.stop_on = j.at("stop_on") == "ndcg@100" ? StopOn::ndcg : StopOn::validation_loss;
  plan.loss_after_epoch = j.at("loss_after_epoch");
  plan.checkpoint_every = j.at("checkpoint_every");
  return plan;
}

}  // namespace encore
