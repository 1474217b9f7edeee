// `encore train`: a dataset becomes a model folder, epoch by epoch before the user's eyes.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands/command.h"
#include "console/progress.h"
#include "console/table.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "kernel/kernels.h"
#include "monitor/phases.h"
#include "process/error.h"
#include "process/staged_folder.h"
#include "settings/train_settings.h"
#include "training/checkpoint.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

/// A folder that holds nothing but the checkpoints of a training that was stopped may be replaced like a model.
bool holds_only_checkpoints(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) return false;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename() != "checkpoints") return false;
  }
  return true;
}

std::string epoch_line(const EpochRecord& e, std::int64_t epochs) {
  std::string line =
      fmt::format("epoch {:>{}}/{}  train loss {:#.6g}", e.epoch, std::to_string(epochs).size(), epochs, e.train_loss);
  if (e.validation_loss) line += fmt::format("  validation loss {:#.6g}", *e.validation_loss);
  if (e.validation_ndcg) line += fmt::format("  NDCG@100 {:.4f}", *e.validation_ndcg);
  return line + fmt::format("  {}", readable_seconds(e.seconds));
}

struct Start {
  TrainingPlan plan;
  TrainingState state;
};

Start prepare_start(const TrainSettings& settings, const Dataset& dataset, const Output& output) {
  Start start;
  if (settings.resume) {
    const CheckpointHead head = read_checkpoint_head(settings.output);
    if (head.dataset_fingerprint != dataset.fingerprint) {
      throw UserError(fmt::format("the checkpoint in {} was trained on another dataset than {}", settings.output,
                                  settings.dataset));
    }
    start.plan = plan_resumed(settings, head.plan);
    start.state = read_checkpoint(settings.output, start.plan, dataset.items.size());
    output.remark(fmt::format("going on after epoch {} of {}", start.state.epoch, start.plan.learning.epochs));
    if (head.kernel_path != kernel::kernel_path()) {
      output.warn(
          fmt::format("the checkpoint was computed with {} instructions, this processor has {}: the model will be as "
                      "good, its last bits will not be those of an undisturbed training",
                      head.kernel_path, kernel::kernel_path()));
    }
    return start;
  }
  start.plan = plan_training(settings, static_cast<std::int64_t>(dataset.users_in(Fold::train).size()));
  if (settings.warm_start) {
    WarmStartCounts counts;
    start.state = warm_state(start.plan, dataset, read_model(*settings.warm_start), *settings.warm_start, counts);
    output.remark(fmt::format("starting from {}: {} films known, {} new, {} gone{}\n", *settings.warm_start,
                              with_thousands(counts.matched), with_thousands(counts.fresh), with_thousands(counts.gone),
                              counts.with_moments ? "; Adam's moments follow" : ""));
  } else {
    start.state = fresh_state(start.plan, dataset);
  }
  return start;
}

std::string network_line(const TrainingPlan& plan, const Autoencoder& network, const Dataset& dataset) {
  std::string widths = with_thousands(network.items);
  for (const std::int64_t width : plan.architecture.hidden) widths += fmt::format(" – {}", width);
  return fmt::format("{}: {} – {} {}, {} parameters; {} training users, {} {} ({} at a time)\n",
                     plan.architecture.model, widths, with_thousands(network.items), name_of(plan.architecture.output),
                     with_thousands(network.parameters()),
                     with_thousands(static_cast<long long>(dataset.users_in(Fold::train).size())), plan.shards,
                     plan.shards == 1 ? "shard" : "shards", std::min(plan.threads, plan.shards));
}

/// What --precision bf16 means on this machine; nothing for f32.
std::string precision_line(const TrainingPlan& plan) {
  if (plan.precision == Precision::f32) return {};
  if (plan.device == "cpu" && kernel::has_bfloat16_instructions())
    return "bf16: the output layer is multiplied by this processor's instructions for it\n";
  return "bf16: there are no instructions for it here, so this is slower than --precision f32; the result is the "
         "same\n";
}

void tell(const TrainSettings& settings, const TrainedModel& model, const TrainingState& state, const Phase& phase,
          const Output& output) {
  Json epochs = Json::array();
  for (const EpochRecord& e : state.history) {
    epochs.push_back({{"epoch", e.epoch},
                      {"train_loss", e.train_loss},
                      {"validation_loss", number(e.validation_loss)},
                      {"validation_ndcg@100", number(e.validation_ndcg)},
                      {"seconds", e.seconds}});
  }
  output.object(Json{{"epochs", epochs},
                     {"steps", state.steps},
                     {"parameters", model.network.parameters()},
                     {"best_epoch", model.best_epoch},
                     {"seconds", phase.seconds},
                     {"peak_rss_bytes", phase.peak_rss_bytes}}
                    .dump());
  const bool trained = !state.history.empty();
  output.result(fmt::format(
      "{} is ready ({}, {} memory{})\n\nNext:\n  encore evaluate {} {}\n  encore recommend {} --rate \"TITLE=5\"\n",
      settings.output, readable_seconds(phase.seconds), readable_bytes(phase.peak_rss_bytes),
      trained ? fmt::format(", epoch {} kept", model.best_epoch) : "", settings.output, settings.dataset,
      settings.output));
}

int run_train(const TrainSettings& settings, const Output& output) {
  Phases phases;
  phases.start("train");
  const Dataset dataset = read_dataset(settings.dataset);
  // Locked from the start: two trainings into one folder would overwrite each other's checkpoints.
  StagedFolder staged(settings.output, is_model_folder(settings.output) || holds_only_checkpoints(settings.output));
  auto [plan, state] = prepare_start(settings, dataset, output);
  require_trainable(plan, dataset);
  output.remark(network_line(plan, state.model(), dataset) + precision_line(plan));

  std::optional<Progress> progress;
  std::int64_t shown_epoch = 0;
  TrainingObserver observer;
  observer.on_progress = [&](std::int64_t epoch, double done, double users) {
    if (epoch != shown_epoch) {
      progress.reset();
      progress.emplace(output, fmt::format("epoch {}", epoch), "users", users);
      shown_epoch = epoch;
    }
    progress->update(done);
  };
  observer.on_epoch = [&, &plan = plan](const EpochRecord& record) {
    progress.reset();
    output.remark(epoch_line(record, plan.learning.epochs) + "\n");
  };
  const TrainedModel model = train(dataset, plan, state, settings.output, observer);
  write_model_files(staged.path(), model, to_csv(state.history));
  if (settings.keep_moments) write_checkpoint(staged.path(), plan, state, dataset.fingerprint);
  staged.commit();
  tell(settings, model, state, phases.finish(static_cast<std::int64_t>(dataset.users.size())), output);
  return 0;
}

}  // namespace

Command train_command() {
  return make_command<TrainSettings>(
      "train", "Train a model on a prepared dataset.",
      {"encore train fifties -o fifties.model", "encore train fifties -o fifties.model --model reference --epochs 50",
       "encore train fifties -o fifties.model --patience 5 --stop-on ndcg@100",
       "encore train fifties -o fifties.model --resume"},
      train_options(), run_train);
}

}  // namespace encore
