// The loop over configurations.
#include "study/driver.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "console/progress.h"
#include "console/table.h"
#include "process/child_process.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/staged_file.h"
#include "study/recorder.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The answer in `file`; null when there is none, or when it is cut short.
Json answer_in(const fs::path& file) { return Json::parse(text_of(file), nullptr, false); }

/// What is asked for, wherever the report lies: it may have been moved or copied since.
Json asked(const std::string& request) {
  Json asked = Json::parse(request, nullptr, false);
  if (asked.is_object()) asked.erase("work");
  return asked;
}

bool is_answered(const ConfigurationRequest& request, const ReportFolder& report) {
  if (asked(text_of(report.request(request.id))) != asked(to_json(request))) return false;
  const Json answer = answer_in(report.answer(request.id));
  return answer.is_object() && answer.value("status", "") == "done";
}

/// The last line that is not empty; what a program says before it ends with an error.
std::string last_line(const fs::path& file) {
  std::ifstream in(file);
  std::string last;
  for (std::string line; std::getline(in, line);)
    if (!line.empty()) last = line;
  return last.substr(last.starts_with("encore: ") ? 8 : 0);
}

/// One child, from its start to its end.
class Run {
 public:
  Run(const ConfigurationRequest& request, const ReportFolder& report, const DriverSettings& settings,
      const Output& output)
      : request_(request),
        answer_(report.answer(request.id)),
        errors_(report.configurations() / (request.id + ".log")),
        limit_(settings.time_limit),
        progress_(output, request.label, "epochs", 0),
        child_(command(report, settings), errors_) {}

  /// Returns when an answer is written. Throws Interrupted, without one.
  void wait() {
    const auto began = Clock::now();
    std::optional<Clock::time_point> asked_to_end;
    bool too_long = false;
    std::optional<int> status;
    while (!(status = child_.poll())) {
      hear();
      const auto now = Clock::now();
      too_long = too_long || (limit_ && now - began > std::chrono::duration<double>(*limit_));
      if ((too_long || interruption_requested() != 0) && !asked_to_end) {
        child_.send(SIGTERM);
        asked_to_end = now;
      }
      if (asked_to_end && now - *asked_to_end > std::chrono::seconds(10)) child_.send(SIGKILL);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    stop_if_interrupted();
    if (too_long) {
      put_failure("time limit", fmt::format("stopped after {:g} s, the limit of --time-limit", *limit_));
    } else if (*status != 0 || !answer_in(answer_).is_object()) {
      explain(*status);
    }
    if (answer_in(answer_).value("status", "") == "done") fs::remove(errors_);
  }

 private:
  std::vector<std::string> command(const ReportFolder& report, const DriverSettings& settings) const {
    const std::string request = report.request(request_.id).string(), answer = answer_.string();
    if (request_.engine == "spark")
      return {settings.python, "-m", "encore.spark", "study", "--configuration", request, "-o", answer};
    return {settings.program, "study", "--configuration", request, "-o", answer};
  }

  /// Lines "phase<TAB>done<TAB>total".
  void hear() {
    said_ += child_.read_output();
    const std::size_t end = said_.rfind('\n');
    if (end == std::string::npos) return;
    const std::size_t begin = end == 0 ? std::string::npos : said_.rfind('\n', end - 1);
    const std::string line = said_.substr(begin == std::string::npos ? 0 : begin + 1);
    said_.erase(0, end + 1);
    std::istringstream words(line);
    std::string phase;
    double done = 0, total = 0;
    if (std::getline(words, phase, '\t') && words >> done >> total)
      progress_.update(done, total > 0 ? fmt::format("{}, epoch {:.0f} of {:.0f}", phase, done, total) : phase);
  }

  void explain(int status) {
    const std::string said = last_line(errors_);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
      put_failure("memory", "the system killed the process, as it does when the memory is at its end");
    } else if (WIFSIGNALED(status)) {
      put_failure("error", fmt::format("the process ended with signal {}{}{}", WTERMSIG(status),
                                       said.empty() ? "" : ": ", said));
    } else {
      const bool memory = said.find("not enough memory") != std::string::npos;
      put_failure(memory ? "memory" : "error",
                  said.empty() ? fmt::format("the process ended with exit code {}", WEXITSTATUS(status)) : said);
    }
  }

  /// What was measured until then, with the reason why there is no more.
  void put_failure(const char* kind, const std::string& sentence) {
    Json answer = answer_in(partial_file(answer_));
    if (!answer.is_object()) answer = empty_answer(request_);
    const Json before = answer.value("failure", Json());
    answer["status"] = "failed";
    answer["failure"] = {
        {"kind", kind}, {"phase", before.is_object() ? before.value("phase", Json()) : Json()}, {"sentence", sentence}};
    write_file_whole(answer_, line_of(answer));
    std::error_code none_there;
    fs::remove(partial_file(answer_), none_there);
  }

  const ConfigurationRequest& request_;
  fs::path answer_, errors_;
  std::optional<double> limit_;
  Progress progress_;
  ChildProcess child_;
  std::string said_;
};

std::string outcome(const Json& answer) {
  if (answer.value("status", "") == "done")
    return fmt::format("{}, {}", readable_seconds(answer.at("seconds").get<double>()),
                       readable_bytes(answer.at("peak_bytes").get<std::int64_t>()));
  return "failed: " + answer.at("failure").at("sentence").get<std::string>();
}

}  // namespace

ReportFolder::ReportFolder(const fs::path& folder) : folder_(fs::absolute(folder).lexically_normal()) {
  require_parent(folder_);
  if (fs::exists(folder_) && !fs::is_directory(folder_))
    throw UserError(fmt::format("{} is a file; -o names the folder of a report", folder.string()));
  if (fs::exists(folder_) && !fs::is_empty(folder_) && !fs::exists(configurations()))
    throw UserError(fmt::format("{} is a folder with something else than a study; choose another -o", folder.string()));
  fs::create_directories(configurations());
  lock_ = ::open(configurations().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (lock_ >= 0 && ::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    throw UserError(fmt::format("another study is writing {}; wait for it, or choose another -o", folder.string()));
  }
}

ReportFolder::~ReportFolder() { ::close(lock_); }

void run_study(const std::vector<ConfigurationRequest>& plan, const ReportFolder& report,
               const DriverSettings& settings, const Output& output) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const ConfigurationRequest& request = plan[i];
    const bool known = is_answered(request, report);
    if (!known) {
      std::error_code none_there;
      fs::remove(report.answer(request.id), none_there);
      write_file_whole(report.request(request.id), to_json(request));
      fs::create_directories(report.work());
      try {
        Run(request, report, settings, output).wait();
      } catch (const Interrupted& stop) {
        std::error_code nothing_there;
        fs::remove(partial_file(report.answer(request.id)), nothing_there);
        throw Interrupted(
            interruption_requested(),
            fmt::format("stopped in configuration {} of {}; the same command goes on from there", i + 1, plan.size()));
      }
    }
    output.remark(fmt::format("[{}/{}] {}: {}{}\n", i + 1, plan.size(), request.label,
                              outcome(answer_in(report.answer(request.id))), known ? " (measured before)" : ""));
  }
  fs::remove_all(report.work());
}

}  // namespace encore
