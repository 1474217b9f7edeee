// Networks: epochs of steps (epoch_loop.h) on a training state that can be kept, moved and gone on with.
#pragma once
#include "training/epoch_loop.h"
#include "training/fit.h"
#include "training/training_state.h"

namespace encore {

class NetworkFit final : public Fit {
 public:
  /// Fresh weights; in a cluster every process makes its fit at the same time.
  explicit NetworkFit(const FitContext&);
  /// On a state of somebody else's, who may look at it.
  NetworkFit(const FitContext&, TrainingState&);
  bool finished() const override { return is_finished(context_.plan, state_); }
  bool step(const std::function<void(double)>& on_users) override;
  FitRecord record() const override;
  const History& history() const override { return state_.history; }
  std::string description() const override;
  double users() const override { return loop_ ? loop_->users() : 0; }
  const std::vector<WorkerTimes>& worker_times() const override;
  std::shared_ptr<const Model> model() const override;
  bool keep(const std::filesystem::path& model_folder) const override;
  void resume(const std::filesystem::path& model_folder) override;
  WarmStartCounts warm_start(const TrainedModel&, const std::filesystem::path& older_folder) override;
  void save_part(const std::filesystem::path& file, int process) const override;
  void load_parts(const std::vector<std::filesystem::path>& files, int process) override;

 private:
  FitContext context_;
  TrainingState own_;
  TrainingState& state_;
  std::function<void(double)> on_users_;
  std::unique_ptr<EpochLoop> loop_;  ///< from the first step on
};

}  // namespace encore
