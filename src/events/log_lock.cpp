// A lock of the system on a file of its own; it ends with the process, however that ends.
#include "events/log_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <fmt/format.h>
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {

LogLock::LogLock(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file_ < 0) throw cannot_write(path, errno);
  if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(file_);
  throw UserError(fmt::format("{} is written by another server already; a log of events has one", folder.string()));
}

LogLock::~LogLock() { ::close(file_); }

}  // namespace encore
