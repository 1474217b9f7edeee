// The errors that end a command, each with its exit code. What only a bug can cause is an assertion instead.
#pragma once
#include <stdexcept>
#include <string>

namespace encore {

/// A mistake that the user can mend: one sentence that names the file, line, column, option or value. Exit code 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Ctrl-C (exit code 130), SIGTERM (143) or a closed terminal (129); everything unfinished has been put aside when this
/// arrives in `main`.
class Interrupted : public std::runtime_error {
 public:
  Interrupted(int signal, const std::string& what) : std::runtime_error(what), signal_(signal) {}
  int exit_code() const { return 128 + signal_; }

 private:
  int signal_;
};

}  // namespace encore
