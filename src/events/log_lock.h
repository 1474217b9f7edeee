// Who writes a log of events: one process at a time. Others may read.
#pragma once
#include <filesystem>

namespace encore {

class LogLock {
 public:
  /// Throws UserError when another process has it, or when the folder cannot be written.
  explicit LogLock(const std::filesystem::path& folder);
  ~LogLock();
  LogLock(const LogLock&) = delete;
  LogLock& operator=(const LogLock&) = delete;

 private:
  int file_;
};

}  // namespace encore
