// A program that this one starts, watches and ends. Not what the two say to one another.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace encore {

/// Runs in a process group of its own, so that a Ctrl-C at the terminal reaches its parent only, who decides. What it
/// has started itself ends with it.
class ChildProcess {
 public:
  /// words[0] is a program, with a slash or from PATH. Standard output goes through `read_output`, standard error into
  /// the file, standard input is empty. Throws UserError when the program cannot be started.
  ChildProcess(const std::vector<std::string>& words, const std::filesystem::path& errors);
  ~ChildProcess();  ///< kills the whole group if it has not ended
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Nothing while it runs; then what waitpid says of it.
  std::optional<int> poll();
  /// To the whole group.
  void send(int signal);
  /// What it has written since the last call, without waiting.
  std::string read_output();

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::optional<int> status_;
};

}  // namespace encore
