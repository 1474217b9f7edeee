// The queue of trials and the children that work it off.
#include "tuning/workers.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <deque>
#include <fstream>
#include <list>
#include <map>
#include <memory>
#include <thread>

#include "process/child_process.h"
#include "process/error.h"
#include "process/interruption.h"
#include "tuning/trial_run.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Answers = std::vector<std::optional<TrialAnswer>>;

/// When to stop, so that there is time to train the best of the finished trials again.
class TimeLeft {
 public:
  explicit TimeLeft(const WorkerRules& rules) : rules_(rules) {}
  void hear(const TrialRequest& request, const TrialAnswer& answer) {
    double& seconds = seconds_[request.trial];
    seconds += answer.seconds;
    if (!answer.finished || !answer.value) return;
    const double worth = rules_.less_is_better ? -*answer.value : *answer.value;
    if (!best_ || worth > *best_) best_ = worth, reserve_ = seconds;
  }
  bool over() const {
    return rules_.deadline && Clock::now() + std::chrono::duration<double>(reserve_) >= *rules_.deadline;
  }

 private:
  const WorkerRules& rules_;
  std::map<std::int64_t, double> seconds_;
  std::optional<double> best_;
  double reserve_ = 0;
};

std::string last_line(const fs::path& file) {
  std::ifstream in(file);
  std::string last;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) last = line;
  return last.substr(last.starts_with("encore: ") ? 8 : 0);
}

std::string reason(int status, const fs::path& errors) {
  const std::string said = last_line(errors);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
    return "the system killed the process, as it does when the memory is at its end";
  if (!said.empty()) return said;
  return WIFSIGNALED(status) ? fmt::format("the process ended with signal {}", WTERMSIG(status))
                             : fmt::format("the process ended with exit code {}", WEXITSTATUS(status));
}

class TrialProcess final : public RunningTrial {
 public:
  TrialProcess(const std::vector<std::string>& words, const fs::path& errors) : process_(words, errors) {}
  std::optional<int> poll() override {
    process_.read_output();
    return process_.poll();
  }
  void send(int signal) override { process_.send(signal); }

 private:
  ChildProcess process_;
};

/// One call of a search: its requests, worked off.
class Batch {
 public:
  Batch(const std::vector<TrialRequest>& requests, const StartTrial& begin, const TuneFolder& folder, const WorkerRules& rules,
        TimeLeft& time)
      : requests_(requests), begin_(begin), folder_(folder), rules_(rules), time_(time), answers_(requests.size()) {}

  Answers run() {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      if (auto known = folder_.known(requests_[i]))
        take(i, *known, true);
      else
        waiting_.push_back(i);
    }
    work(rules_.workers, rules_.threads);
    if (!stopped_) {
      std::swap(waiting_, again_);
      alone_ = true;
      work(1, rules_.threads);
    }
    return std::move(answers_);
  }

 private:
  struct Child {
    std::size_t request;
    std::unique_ptr<RunningTrial> trial;
  };

  void take(std::size_t request, const TrialAnswer& answer, bool known) {
    answers_[request] = answer;
    time_.hear(requests_[request], answer);
    if (rules_.on_answer) rules_.on_answer(requests_[request], answer, known);
  }

  void start(std::size_t request, int threads) {
    const TrialRequest& asked = requests_[request];
    folder_.put(asked);
    children_.push_back({request, begin_(asked, threads)});
  }

  void end(std::size_t request, int status) {
    const TrialRequest& asked = requests_[request];
    if (status == 0 && folder_.known(asked)) {
      std::error_code none_there;
      fs::remove(folder_.errors(asked), none_there);
      return take(request, *folder_.known(asked), false);
    }
    if (stopped_) return;
    if (!alone_ && rules_.workers > 1) return again_.push_back(request);
    TrialAnswer failed;
    failed.failure = reason(status, folder_.errors(asked));
    folder_.put(asked, failed);
    take(request, failed, false);
  }

  void work(int workers, int threads) {
    const int share = std::max(1, threads / workers);
    std::optional<Clock::time_point> asked_to_end;
    while (!children_.empty() || (!waiting_.empty() && !stopped_)) {
      stopped_ = stopped_ || interruption_requested() != 0 || time_.over();
      while (!stopped_ && !waiting_.empty() && std::ssize(children_) < workers) {
        start(waiting_.front(), share);
        waiting_.pop_front();
      }
      if (stopped_ && !asked_to_end) {
        for (Child& child : children_) child.trial->send(SIGTERM);
        asked_to_end = Clock::now();
      }
      for (auto child = children_.begin(); child != children_.end();) {
        if (asked_to_end && Clock::now() - *asked_to_end > rules_.to_stop) child->trial->send(SIGKILL);
        const std::optional<int> status = child->trial->poll();
        if (!status) {
          ++child;
          continue;
        }
        const std::size_t request = child->request;
        child = children_.erase(child);
        end(request, *status);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    stop_if_interrupted();
  }

  const std::vector<TrialRequest>& requests_;
  const StartTrial& begin_;
  const TuneFolder& folder_;
  const WorkerRules& rules_;
  TimeLeft& time_;
  Answers answers_;
  std::deque<std::size_t> waiting_, again_;
  std::list<Child> children_;
  bool stopped_ = false, alone_ = false;
};

TrialAnswer run_here(const TrialRequest& request, const TuneFolder& folder, const WorkerRules& rules, const Dataset& dataset) {
  folder.put(request);
  TrialAnswer answer;
  try {
    answer = run_trial(request, dataset, rules.threads, checkpoint_folder(folder.answer(request)));
  } catch (const UserError& error) {
    answer.failure = error.what();
  }
  folder.put(request, answer);
  return answer;
}

}  // namespace

RunTrials started_by(StartTrial begin, const TuneFolder& folder, const WorkerRules& rules) {
  const auto time = std::make_shared<TimeLeft>(rules);
  return [begin = std::move(begin), &folder, &rules, time](const std::vector<TrialRequest>& requests) {
    return Batch(requests, begin, folder, rules, *time).run();
  };
}

RunTrials in_processes(const TuneFolder& folder, const WorkerRules& rules) {
  const StartTrial begin = [&folder, &rules](const TrialRequest& asked, int threads) {
    const std::vector<std::string> words{rules.program, "tune", rules.dataset, "--trial", folder.request(asked).string(),
                                         "-o", folder.answer(asked).string(), "--threads", std::to_string(threads)};
    return std::make_unique<TrialProcess>(words, folder.errors(asked));
  };
  return started_by(begin, folder, rules);
}

RunTrials in_this_process(const TuneFolder& folder, const WorkerRules& rules, const Dataset& dataset) {
  const auto time = std::make_shared<TimeLeft>(rules);
  return [&folder, &rules, &dataset, time](const std::vector<TrialRequest>& requests) {
    Answers answers(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const std::optional<TrialAnswer> before = folder.known(requests[i]);
      if (!before && time->over()) continue;
      answers[i] = before ? *before : run_here(requests[i], folder, rules, dataset);
      time->hear(requests[i], *answers[i]);
      if (rules.on_answer) rules.on_answer(requests[i], *answers[i], before.has_value());
    }
    return answers;
  };
}

}  // namespace encore
