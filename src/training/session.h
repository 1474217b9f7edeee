// A training that somebody else drives epoch by epoch, alone or as one process of a cluster: what the C interface hands
// out. It keeps no files of its own accord (trainer.h does, for the command line).
#pragma once
#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "exchange/cluster_world.h"
#include "training/fit.h"
#include "training/training_plan.h"

namespace encore {

/// What begins the fit of the plan's kind (models/table.h).
using BeginFit = std::function<std::unique_ptr<Fit>(const FitContext&)>;

class TrainingSession {
 public:
  /// `dataset`: what this process holds. `world`: null when it is alone, with plan.shards ranks; otherwise every
  /// process makes its session at the same time. Keeps references to both. Throws UserError when the plan does not fit
  /// the world, and what the exchange throws.
  TrainingSession(const Dataset& dataset, TrainingPlan plan, ClusterWorld* world, const BeginFit& begin);
  ~TrainingSession();

  /// Goes on from parts that `save` wrote; before the first epoch.
  void load(const std::vector<std::filesystem::path>& files);
  bool finished() const;
  /// Trains one epoch. Returns its record as JSON, see encore_training_epoch in c_api/encore.h. In a cluster an error
  /// here ends the training of all processes.
  std::string run_epoch();
  /// Users seen in the running epoch; from any thread.
  double progress() const { return progress_.load(std::memory_order_relaxed); }
  void save(const std::filesystem::path& file) const;
  void save_model(const std::filesystem::path& file) const;

 private:
  std::string record(double seconds, const ExchangeTimes& before);

  const Dataset& dataset_;
  TrainingPlan plan_;
  std::unique_ptr<ClusterWorld> alone_;
  ClusterWorld& world_;
  std::unique_ptr<Fit> fit_;
  std::atomic<double> progress_{0};
};

}  // namespace encore
