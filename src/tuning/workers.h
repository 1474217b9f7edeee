// Trials run: several at a time, each in a process of its own, which a failure or the end of the memory cannot take the others
// with, or wherever somebody else runs them (Spark); or one after the other in this process, for a caller who is not the program
// (Python). What was answered before is not run again. Not what a trial does (trial_run.h).
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dataset/dataset.h"
#include "tuning/search.h"
#include "tuning/tune_folder.h"

namespace encore {

struct WorkerRules {
  std::string program;  ///< this program
  std::string dataset;  ///< its folder
  int workers = 1, threads = 1;  ///< threads of all workers together
  std::chrono::seconds to_stop{10};  ///< for what is asked to stop, until it is killed
  bool less_is_better = false;
  std::optional<std::chrono::steady_clock::time_point> deadline;  ///< with the training of the winner
  std::function<void(const TrialRequest&, const TrialAnswer&, bool known)> on_answer;
};

/// A trial that was started: a process, a task of a cluster.
class RunningTrial {
 public:
  virtual ~RunningTrial() = default;
  /// Nothing while it runs; then what waitpid would say. It went well when it is 0 and the answer is in its file; else the file of
  /// errors may say why.
  virtual std::optional<int> poll() = 0;
  /// SIGTERM: it ends soon, with a checkpoint. SIGKILL: it ends.
  virtual void send(int signal) = 0;
};

/// The request is in its file (TuneFolder).
using StartTrial = std::function<std::unique_ptr<RunningTrial>(const TrialRequest&, int threads)>;

/// A trial that fails beside others runs once more alone, with all threads: the memory may not have sufficed for all. When the
/// time that is left would not suffice to train the best trial so far again, nothing more is started, and what runs is stopped
/// with a checkpoint. Throws Interrupted after a signal; what was answered is kept. All that is referred to outlives the function.
RunTrials started_by(StartTrial, const TuneFolder&, const WorkerRules&);
RunTrials in_processes(const TuneFolder&, const WorkerRules&);
RunTrials in_this_process(const TuneFolder&, const WorkerRules&, const Dataset&);

}  // namespace encore
