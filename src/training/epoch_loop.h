// Epochs one after the other, whatever computes them: losses, validation, the best epoch, when to stop. One process, or
// every process of a cluster alike: all of them decide the same, because all see the same numbers. It writes nothing
// (trainer.h and session.h do).
#pragma once
#include <functional>
#include <memory>

#include "dataset/dataset.h"
#include "training/epoch_runner.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

class EpochLoop {
 public:
  /// Keeps references to all. In a cluster every process makes one at the same time: they tell one another which users
  /// have an input. `on_progress` hears how many users of the running epoch are done, from any thread.
  EpochLoop(const Dataset&, const TrainingPlan&, TrainingState&, ClusterWorld&,
            std::function<void(double users_done)> on_progress);
  ~EpochLoop();
  /// Trains the next epoch, or the rest of one that was interrupted, and puts its record into the history. Returns
  /// false when a signal stopped it between two batches; the state then is complete. Throws UserError when the loss is
  /// no longer a number.
  bool run_epoch();
  /// The last epoch's mean loss of each worker of this process: its own users', where workers train replicas.
  const std::vector<double>& worker_losses() const { return worker_losses_; }
  /// Where the time of each worker of this process went, since this loop began.
  const std::vector<WorkerTimes>& worker_times() const { return runner_->worker_times(); }
  /// Training users of an epoch.
  double users() const { return static_cast<double>(context_.users.size()); }

 private:
  void finish_epoch();
  void require_measured(const EpochRecord&) const;
  void keep_best();

  const TrainingPlan& plan_;
  TrainingState& state_;
  bool validates_;
  std::vector<double> worker_losses_;
  TrainingContext context_;
  std::unique_ptr<EpochRunner> runner_;
};

/// Whether no epoch is left, or patience is at its end.
bool is_finished(const TrainingPlan&, const TrainingState&);

/// What epochs are compared by: the plan's choice, or the loss where nobody asked for a ranking and no validation user
/// has anything to find.
StopOn compared_by(const TrainingPlan&, const History&);

/// The epoch whose weights the model has, and why, in words.
std::int64_t kept_epoch(const TrainingState&);
std::string why_kept(const TrainingPlan&, const TrainingState&);

/// A sentence when the kept epoch's training loss is above that of the untrained model; empty otherwise.
std::string divergence(const TrainingPlan&, const TrainingState&);

/// Users of the fold whose row, as far as this process holds it, is not empty for this model; an empty one is not
/// trained on.
std::vector<std::int32_t> users_with_input(const Dataset&, Input, Fold);


}  // namespace encore
