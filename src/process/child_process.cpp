// posix_spawn, a pipe, and a process group.
#include "process/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "process/error.h"

extern char** environ;

namespace encore {

ChildProcess::ChildProcess(const std::vector<std::string>& words, const std::filesystem::path& errors) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw UserError(fmt::format("no pipe: {}", std::strerror(errno)));
  output_ = ends[0];
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const int error = ::posix_spawnp(&process_, words[0].c_str(), &actions, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) return;
  ::close(output_);
  throw UserError(fmt::format("cannot start {}: {}", words[0], std::strerror(error)));
}

ChildProcess::~ChildProcess() {
  if (!poll()) {
    send(SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  ::close(output_);
}

std::optional<int> ChildProcess::poll() {
  int status = 0;
  if (status_ || ::waitpid(process_, &status, WNOHANG) != process_) return status_;
  status_ = status;
  ::kill(-process_, SIGKILL);  // whatever it left behind
  return status_;
}

void ChildProcess::send(int signal) {
  if (!status_) ::kill(-process_, signal);
}

std::string ChildProcess::read_output() {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t bytes; (bytes = ::read(output_, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(bytes));
  return text;
}

}  // namespace encore
