// `encore train`: a dataset becomes a model folder of whatever kind, epoch by epoch before the user's eyes where it has epochs.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "commands/command.h"
#include "commands/earlier_films.h"
#include "commands/epoch_lines.h"
#include "commands/number_or_null.h"
#include "console/progress.h"
#include "console/shell_word.h"
#include "console/table.h"
#include "folder/dataset_folder.h"
#include "evaluation/evaluation.h"
#include "folder/item_features_file.h"
#include "folder/model_folder.h"
#include "kernel/kernels.h"
#include "models/plan.h"
#include "models/table.h"
#include "models/train_options.h"
#include "model/recommender.h"
#include "monitor/phases.h"
#include "process/error.h"
#include "process/staged_folder.h"
#include "recommendation/off_scale.h"
#include "training/checkpoint.h"
#include "training/output_products.h"
#include "training/trainer.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

/// A folder that holds nothing but the checkpoints of a training that was stopped may be replaced like a model.
bool holds_only_checkpoints(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) return false;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename() != "checkpoints") return false;
  }
  return true;
}

/// What was stopped is gone on with, or put away by its owner; a model is replaced when the new one is there, and that is said.
void keep_older(const TrainSettings& settings, const Output& output) {
  if (settings.resume) return;
  if (const auto unfinished = unfinished_training(settings.output)) {
    throw UserError(fmt::format("{} holds a training that was stopped after epoch {} of at most {}, and this one would overwrite it; go on "
                                "with --resume, name another folder, or remove {} to begin anew",
                                settings.output, unfinished->epoch, unfinished->epochs, checkpoint_file(settings.output).string()));
  }
  if (is_model_folder(settings.output)) output.remark(fmt::format("{} will be replaced when this training is done\n", settings.output));
}

/// Says on which processor the checkpoint was made, where that matters.
void tell_resumed(const CheckpointHead& head, const Fit& fit, const Output& output) {
  output.remark(fmt::format("going on after epoch {} of {}", fit.record().epoch, head.plan.learning.epochs));
  const std::string here = kernel_path_of(head.plan);
  if (head.kernel_path != here) {
    output.warn(
        fmt::format("the checkpoint was computed with {} instructions, this processor has {}: the model will be as "
                    "good, its last bits will not be those of an undisturbed training",
                    head.kernel_path, here));
  }
}

/// The plan, and the plan of the checkpoint to go on from.
TrainingPlan decided_plan(const TrainSettings& settings, const Dataset& dataset, std::optional<CheckpointHead>& head) {
  const auto training_users = static_cast<std::int64_t>(dataset.users_in(Fold::train).size());
  if (!settings.resume)
    return plan_training(settings, training_users, std::ssize(dataset.users_in(Fold::validation)), dataset.items.size());
  head = read_checkpoint_head(settings.output);
  if (head->dataset_fingerprint != dataset.fingerprint) {
    throw UserError(
        fmt::format("the checkpoint in {} was trained on another dataset than {}", settings.output, settings.dataset));
  }
  return plan_resumed(settings, head->plan);
}

std::unique_ptr<Fit> begun(const TrainSettings& settings, const FitContext& context,
                           const std::optional<CheckpointHead>& head, const Output& output) {
  std::unique_ptr<Fit> fit = begin_fit(context);
  if (head) {
    fit->resume(settings.output);
    tell_resumed({context.plan, head->dataset_fingerprint, head->kernel_path}, *fit, output);
  } else if (settings.warm_start) {
    const WarmStartCounts counts = fit->warm_start(read_model(*settings.warm_start), *settings.warm_start);
    output.remark(fmt::format("starting from {}: {} films known, {} new, {} gone{}\n", *settings.warm_start,
                              with_thousands(counts.matched), with_thousands(counts.fresh), with_thousands(counts.gone),
                              counts.with_moments ? "; Adam's moments follow" : ""));
  }
  return fit;
}

std::string first_line(const TrainingPlan& plan, const Fit& fit, const Dataset& dataset) {
  const std::string what = fit.description();
  const std::string chosen = plan.chosen.empty() ? "" : fmt::format("--model auto takes {}: {}\n", plan.architecture.model, plan.chosen);
  return fmt::format("{}{}: {}{}{} training users, {} {} ({} at a time)\n", chosen, plan.architecture.model, what,
                     what.empty() ? "" : "; ", with_thousands(static_cast<long long>(dataset.users_in(Fold::train).size())),
                     plan.shards, plan.shards == 1 ? "shard" : "shards", std::min(plan.threads, plan.shards));
}

/// Why this processor's tiles for bf16 are not used, where it has some.
std::string tiles_remark() {
  switch (kernel::tile_state()) {
    case kernel::TileState::not_granted:
      return "this processor has tiles for bf16 (AMX), but the system does not grant them to this program\n";
    case kernel::TileState::not_as_defined:
      return "this processor has tiles for bf16 (AMX), but their results are not those that Intel defines, so they are not used\n";
    case kernel::TileState::absent:
    case kernel::TileState::usable:
      break;
  }
  return "";
}

/// What --precision means on this machine; nothing for an f32 that nobody asked for.
std::string precision_line(const TrainSettings& settings, const TrainingPlan& plan) {
  const bool chosen = settings.precision == automatic_precision;
  if (plan.precision == Precision::f32)
    return chosen ? "f32: this processor is not faster with bf16\n" + tiles_remark() : "";
  if (plan.device == "cpu" && kernel::bfloat16_path() == "AMX")
    return "bf16: the output layer is multiplied by this processor's tiles for it (AMX)\n";
  if (plan.device == "cpu" && kernel::bfloat16_is_faster())
    return "bf16: the output layer is multiplied by this processor's instructions for it\n";
  if (plan.device == "cpu" && kernel::has_bfloat16_instructions())
    return "bf16: this processor's instructions for it do no more than those for f32, so this may be slower than --precision f32\n" +
           tiles_remark();
  return "bf16: there are no instructions for it here, so this is slower than --precision f32; the result is the same\n" + tiles_remark();
}

/// NDCG@100 of popular films for the validation users; nothing without any who have something to find.
std::optional<double> popularity_of(const Dataset& dataset, const Fit& fit, int threads) {
  if (fit.history().empty() || !fit.history().back().validation_ndcg) return std::nullopt;
  return popularity_quality(dataset, Fold::validation, threads)["ndcg@100"];
}

/// Of the predictions for a few training users those that no scale has; empty where all are possible, or none are stars.
std::string impossible_stars(const TrainedModel& model, const Dataset& dataset) {
  if (model.model->score_kind() != ScoreKind::stars) return {};
  const Recommender recommender(model, std::vector<std::uint8_t>(static_cast<std::size_t>(model.items.size()), 1), 1);
  std::vector<Profile> people;
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    if (std::ssize(people) == rows_at_once) break;
    const auto items = dataset.ratings.items_of(user);
    const auto stars = dataset.ratings.ratings_of(user);
    people.push_back({{items.begin(), items.end()}, {stars.begin(), stars.end()}, {}});
  }
  for (const Recommendation& answer : recommender.recommend(people))
    if (const std::string found = far_off_scale(model.scale, answer); !found.empty()) return found;
  return {};
}

/// What is wrong with the model though the training went well.
void warn(const TrainingPlan& plan, const Fit& fit, const std::optional<double>& popularity, const Output& output) {
  const FitRecord record = fit.record();
  if (!record.warning.empty()) output.warn(record.warning);
  if (!popularity) return;
  const std::size_t kept = record.best_epoch > 0 ? static_cast<std::size_t>(record.best_epoch) : fit.history().size();
  if (kept > fit.history().size() || !fit.history()[kept - 1].validation_ndcg) return;
  const double own = *fit.history()[kept - 1].validation_ndcg;
  if (own < *popularity) {
    output.warn(fmt::format(
        "the model ranks below popularity: NDCG@100 {:.4f} for validation users, to whom the most liked films are worth "
        "{:.4f}; {}",
        own, *popularity,
        predicts_ratings(plan.architecture) ? "take it for predicting ratings, and --model mult-dae for recommending"
                                            : "train longer, or another --model"));
  }
}

/// The commands that this model allows: it is judged only where users were kept from it, and rated on the dataset's own scale.
std::string next_commands(const TrainSettings& settings, const Dataset& dataset) {
  const std::string model = folder_word(settings.output);
  std::string judge;
  if (!settings.all_ratings && !(dataset.users_in(Fold::test).empty() && dataset.users_in(Fold::validation).empty()))
    judge = fmt::format("  encore evaluate {} {}{}\n", model, folder_word(settings.dataset),
                        dataset.users_in(Fold::test).empty() ? " --fold validation" : "");
  return fmt::format("{}  encore recommend {} --rate \"TITLE={}\"\n", judge, model, dataset.scale.maximum);
}

void tell(const TrainSettings& settings, const Dataset& dataset, const TrainingPlan& plan, const TrainedModel& model, const Fit& fit,
          const std::optional<double>& popularity, const Phase& phase, const Output& output) {
  Json epochs = Json::array();
  for (const EpochRecord& e : fit.history()) {
    epochs.push_back({{"epoch", e.epoch},
                      {"train_loss", e.train_loss},
                      {"validation_loss", number_or_null(e.validation_loss)},
                      {"validation_ndcg@100", number_or_null(e.validation_ndcg)},
                      {"seconds", e.seconds}});
  }
  output.object(Json{{"model", plan.architecture.model},
                     {"chosen", plan.chosen},
                     {"outcome", fit.outcome()},
                     {"epochs", epochs},
                     {"steps", fit.record().steps},
                     {"parameters", model.model->parameters()},
                     {"best_epoch", model.best_epoch},
                     {"kept", model.kept},
                     {"retired", std::ranges::count(model.items.retired, 1)},
                     {"popularity_ndcg@100", number_or_null(popularity)},
                     {"seconds", phase.seconds},
                     {"peak_rss_bytes", phase.peak_rss_bytes}}
                    .dump());
  const bool trained = !fit.history().empty();
  output.result(fmt::format(
      "{} is ready ({}, {} memory{})\n\nNext:\n{}", settings.output, readable_seconds(phase.seconds),
      readable_bytes(phase.peak_rss_bytes),
      trained ? fmt::format("; kept: epoch {}{}{}", model.best_epoch, model.kept.empty() ? "" : ", ", model.kept) : "",
      next_commands(settings, dataset)));
}

int run_train(const TrainSettings& settings, const Output& output) {
  Phases phases;
  phases.start("train");
  if (settings.model || !settings.resume) require_heard(settings);  // before anything is read
  const Dataset dataset = settings.all_ratings ? read_whole_dataset(settings.dataset) : read_dataset(settings.dataset);
  // Locked from the start: two trainings into one folder would overwrite each other's checkpoints.
  StagedFolder staged(settings.output, is_model_folder(settings.output) || holds_only_checkpoints(settings.output));
  keep_older(settings, output);
  const EarlierFilms earlier(settings, output);
  std::optional<CheckpointHead> head;
  const TrainingPlan plan = decided_plan(settings, dataset, head);
  require_trainable(plan, dataset);
  ClusterWorld world(plan.shards, plan.threads);
  const FitContext context{dataset, plan, world};
  const std::unique_ptr<Fit> fit = begun(settings, context, head, output);
  output.remark(first_line(plan, *fit, dataset) + precision_line(settings, plan));

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
  observer.on_epoch = [&](const EpochRecord& record) {
    progress.reset();
    if (is_told_at_once(record.epoch, plan.learning.epochs)) output.remark(epoch_line(record, plan.learning.epochs));
  };
  run_to_end(*fit, context, settings.output, observer);
  const std::string closing = closing_lines(fit->history(), fit->record().best_epoch, plan.learning.epochs);
  if (!closing.empty()) output.remark(closing);
  if (!fit->outcome().empty()) output.remark(fit->outcome() + "\n");
  TrainedModel model = finished_model(*fit, dataset, plan);
  earlier.carry_into(model.items, settings.dataset);
  write_model_files(staged.path(), model, to_csv(fit->history()), read_item_features(settings.dataset, dataset.items.size()));
  if (settings.keep_moments) fit->keep(staged.path());
  staged.commit();
  const std::optional<double> popularity = popularity_of(dataset, *fit, plan.threads);
  warn(plan, *fit, popularity, output);
  if (const std::string stars = impossible_stars(model, dataset); !stars.empty()) output.warn(stars);
  tell(settings, dataset, plan, model, *fit, popularity, phases.finish(static_cast<std::int64_t>(dataset.users.size())), output);
  return 0;
}

}  // namespace

Command train_command() {
  return make_command<TrainSettings>(
      "train", "Train a model on a prepared dataset.",
      {"encore train fifties -o fifties.model", "encore train fifties -o fifties.model --model mult-dae --epochs 50",
       "encore train fifties -o fifties.model --model autorec --patience 3",
       "encore train fifties -o fifties.model --resume"},
      train_options(), run_train);
}

}  // namespace encore
