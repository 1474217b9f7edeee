// Options + the kind's defaults (+ checkpoint) → plan.
#include "models/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "dataset/checked_json.h"
#include "kernel/kernels.h"
#include "models/choice.h"
#include "models/heard.h"
#include "models/one_process.h"
#include "models/table.h"
#include "process/error.h"
#include "process/resources.h"
#include "training/output_products.h"

namespace encore {
namespace {

using Json = CheckedJson;

/// Films of a block where a step is over a sample: of 128 only a few would be in it.
constexpr std::int64_t block_of_a_sample = 1024;

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
  if (a.input == Input::channels && (a.loss != Loss::multinomial || a.middle == MiddleKind::residual))
    throw UserError(fmt::format("--input channels is for --model mult-dae and mult-vae with --loss multinomial, not for {}",
                                a.loss != Loss::multinomial ? fmt::format("--loss {}", name_of(a.loss))
                                                            : fmt::format("--model {}", a.model)));
  if (const std::string fault = fault_of_widths(a); !fault.empty())
    throw UserError(fmt::format("--hidden {} with --model {}", fault, a.model));
}

void require_heard(const ModelKind& kind, const TrainSettings& s) {
  const std::string_view option = first_unheard(kind, s);
  if (!option.empty())
    throw UserError(fmt::format("{} does nothing with --model {}, {}; leave it out", option, kind.name, kind.manner));
}

void apply_knobs(TrainingPlan& plan, const ModelKind& kind, const TrainSettings& s) {
  for (const Knob& knob : kind.knobs) {
    const std::string_view name = knob.name.substr(2);
    const auto given = s.knobs.find(name);
    if (given != s.knobs.end()) plan.knobs[std::string(name)] = given->second;
    else plan.knobs.try_emplace(std::string(name), knob.usual);
  }
}

/// Options that would change nothing are a mistake that the user should hear of.
void require_used(const TrainingPlan& plan, const TrainSettings& s) {
  const auto require = [](bool given, bool used, std::string_view option, std::string_view with) {
    if (given && !used)
      throw UserError(fmt::format("{} does nothing without {}; leave it out or add that", option, with));
  };
  require(s.sync_every.has_value(), plan.parallel == Parallel::elephas, "--sync-every", "--parallel elephas");
  require(s.push_every.has_value(), plan.parallel == Parallel::async, "--push-every", "--parallel async");
  require(s.lock, plan.parallel == Parallel::async, "--lock", "--parallel async");
  require(s.negatives.has_value(), plan.architecture.loss == Loss::multinomial, "--negatives", "--loss multinomial");
  if (plan.negatives > 0 && plan.parallel != Parallel::items)
    throw UserError(fmt::format("--negatives is for --parallel items: with {} every worker would draw films of its own",
                                name_of(plan.parallel)));
  if (plan.negatives > 0 && plan.architecture.input == Input::channels)
    throw UserError("--negatives is for --input binary; leave one of them out");
}

void apply(TrainingPlan& plan, const ModelKind& kind, const TrainSettings& s) {
  require_heard(kind, s);
  apply_network(plan, s);
  apply_knobs(plan, kind, s);
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
  if (s.negatives && plan.negatives == 0) plan.block_items = block_of_a_sample;
  plan.negatives = s.negatives.value_or(plan.negatives);
  plan.block_items = s.block_items.value_or(plan.block_items);
  plan.device = s.device.value_or(plan.device);
  if (s.precision == automatic_precision) plan.precision = kernel::bfloat16_is_faster() ? Precision::bf16 : Precision::f32;
  else if (s.precision) plan.precision = precision_named(*s.precision);
  if (s.patience) plan.patience = *s.patience, plan.patience_asked = *s.patience > 0;
  if (s.stop_on) plan.stop_on = stop_on_named(*s.stop_on), plan.stop_on_asked = true;
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
  for (const char* key : {"epochs", "threads", "patience", "stop_on", "patience_asked", "stop_on_asked",
                          "epochs_unjudged", "checkpoint_every", "chosen"})
    json.erase(key);
  if (plan.parallel == Parallel::items) json.erase("shards");
  return json;
}

}  // namespace

void require_heard(const TrainSettings& settings) {
  if (!is_automatic(settings)) return require_heard(model_kind(*settings.model), settings);
  if (std::ranges::any_of(model_kinds(), [&](const ModelKind& kind) { return hears_all(kind, settings); })) return;
  const auto better = [&](const ModelKind& a, const ModelKind& b) { return first_unheard(a, settings) < first_unheard(b, settings); };
  const ModelKind& one = *std::ranges::min_element(model_kinds(), better);
  throw UserError(fmt::format("no --model uses all of these options: {} does nothing with --model {}, {}; leave it out, or leave "
                              "out the others",
                              first_unheard(one, settings), one.name, one.manner));
}

TrainingPlan plan_training(const TrainSettings& settings, std::int64_t training_users, std::int64_t validation_users,
                           std::optional<std::int64_t> items) {
  const ChosenKind chosen = choose_kind(settings, items, training_users, free_memory());
  const ModelKind& row = chosen.kind;
  TrainSettings heard = settings;
  if (is_automatic(settings) && !first_unheard(row, settings).empty() && hears_all(row, settings)) heard.seed.reset();
  TrainingPlan plan;
  plan.architecture = row.architecture;
  plan.learning = row.training;
  plan.chosen = chosen.why;
  apply(plan, row, heard);
  plan.round = epochs_of_a_round(training_users * passes_of_an_epoch(plan.architecture), plan.learning.batch_size);
  if (!settings.stop_on) plan.stop_on = usual_stop_on(plan.architecture);
  const std::int64_t steps =
      std::max<std::int64_t>(1, (training_users + plan.learning.batch_size - 1) / plan.learning.batch_size);
  if (!settings.epochs) plan.learning.epochs = std::max(plan.learning.epochs, (row.least_steps + steps - 1) / steps);
  plan.epochs_unjudged = plan.learning.epochs;
  const bool by_epochs = plan.learning.epochs > 0 && !settings.epochs;
  if (by_epochs && !settings.patience && validation_users > 0) plan.patience = usual_patience;
  if (by_epochs && plan.patience > 0) plan.learning.epochs = std::max(most_epochs, plan.learning.epochs);
  apply_machine(plan, settings, {});
  return plan;
}

TrainingPlan plan_resumed(const TrainSettings& settings, const TrainingPlan& before) {
  TrainingPlan plan = before;
  if (!is_automatic(settings) && *settings.model != before.architecture.model) {
    throw UserError(fmt::format("the checkpoint is of --model {}, not {}; leave --model out to go on with it",
                                before.architecture.model, *settings.model));
  }
  TrainSettings changed = settings;
  if (changed.precision == automatic_precision) changed.precision.reset();  // the first processor has decided
  apply(plan, model_kind(before.architecture.model), changed);
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

}  // namespace encore
