// A model in the making, whatever its kind: a network takes an epoch a step, a closed form is done after one. Alone, or as one
// process of a cluster, in which all processes step together. Who shows progress and keeps files is not its affair
// (trainer.h, session.h).
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "dataset/dataset.h"
#include "exchange/cluster_world.h"
#include "model/trained_model.h"
#include "training/epoch_runner.h"
#include "training/history.h"
#include "training/training_plan.h"
#include "training/warm_start.h"

namespace encore {

/// What a fit works with; all of it outlives the fit.
struct FitContext {
  const Dataset& dataset;  ///< what this process holds of it
  const TrainingPlan& plan;
  ClusterWorld& world;
};

/// How far it has come.
struct FitRecord {
  std::int64_t epoch = 0, steps = 0;
  std::int64_t best_epoch = 0;          ///< 0: the last one counts
  std::vector<double> worker_losses{};  ///< of the last epoch, where workers of this process train replicas
};

class Fit {
 public:
  virtual ~Fit() = default;
  virtual bool finished() const = 0;
  /// The next epoch, or the rest of one that was stopped; for a closed form everything. `on_users` hears how many users of
  /// the step are done, from any thread. Returns false when a signal stopped it between two batches: what it has come to can be
  /// kept. Throws UserError for data that this kind cannot learn from, Interrupted when nothing can be kept.
  virtual bool step(const std::function<void(double)>& on_users) = 0;
  virtual FitRecord record() const = 0;
  /// One record an epoch; none for what is made in one step.
  virtual const History& history() const;
  /// What is being trained, for the first line that people see; empty: the kind's name says it.
  virtual std::string description() const { return {}; }
  /// What was decided on the way, for a line behind the training; empty: nothing.
  virtual std::string outcome() const { return {}; }
  /// Training users of a step.
  virtual double users() const { return 0; }
  /// Where the time of each worker of this process went so far.
  virtual const std::vector<WorkerTimes>& worker_times() const;
  /// What it has come to: with patience the best epoch. In a cluster with --parallel items of this process's items.
  virtual std::shared_ptr<const Model> model() const = 0;

  /// Keeps what is needed to go on, in `model_folder`/checkpoints; false: nothing is, this kind starts again.
  virtual bool keep(const std::filesystem::path& /*model_folder*/) const { return false; }
  /// Goes on from what `keep` has written.
  virtual void resume(const std::filesystem::path& model_folder);
  /// Starts from an older model, whose folder it was read from. Throws UserError when it does not fit.
  virtual WarmStartCounts warm_start(const TrainedModel& older, const std::filesystem::path& older_folder);
  /// This process's part of the state, and back from the parts of all processes; of what is made in one step there is none.
  virtual void save_part(const std::filesystem::path& file, int process) const = 0;
  virtual void load_parts(const std::vector<std::filesystem::path>& files, int process) = 0;
};

/// A fit that is done after `step` has run once: what closed forms derive from.
class OneStepFit : public Fit {
 public:
  explicit OneStepFit(const FitContext& context) : context_(context) {}
  bool finished() const override { return model_ != nullptr; }
  bool step(const std::function<void(double)>& on_users) override;
  FitRecord record() const override { return {}; }
  std::shared_ptr<const Model> model() const override { return model_; }
  /// Says whose part it is; going on from it means to start again.
  void save_part(const std::filesystem::path& file, int process) const override;
  void load_parts(const std::vector<std::filesystem::path>&, int) override {}

 protected:
  virtual std::shared_ptr<const Model> made() = 0;
  FitContext context_;

 private:
  std::shared_ptr<const Model> model_;
};

}  // namespace encore
