// poll() with a short wait, so that a signal is heard while nobody writes.
#include "preparation/spool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "process/error.h"
#include "process/interruption.h"
#include "process/staged_file.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

constexpr int wait_milliseconds = 100;

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) close(number);
  }
};

[[noreturn]] void unreadable(const fs::path& path) {
  throw UserError(fmt::format("{} cannot be read: {}", path.string(), std::strerror(errno)));
}

int file_without_name(const fs::path& folder) {
  int file = open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return file;
  std::string name = (folder / "pipe-XXXXXX").string();  // file systems that make none without a name
  file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) throw cannot_write(folder / "pipe", errno);
  unlink(name.c_str());
  return file;
}

void write_all(int file, const char* from, std::size_t size, const fs::path& folder) {
  while (size > 0) {
    const ssize_t count = write(file, from, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_write(folder / "what the pipe gives", errno);
    from += count, size -= static_cast<std::size_t>(count);
  }
}

}  // namespace

Spool::Spool(const fs::path& pipe, const fs::path& folder) {
  const Descriptor from{open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};  // else it waits here for a writer, deaf to signals
  if (from.number < 0) unreadable(pipe);
  Descriptor to{file_without_name(folder)};
  std::vector<char> buffer(1 << 18);
  while (true) {
    stop_if_interrupted();
    pollfd wait{from.number, POLLIN, 0};
    if (poll(&wait, 1, wait_milliseconds) <= 0) continue;
    const ssize_t count = ::read(from.number, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) unreadable(pipe);
    if (count == 0) break;
    write_all(to.number, buffer.data(), static_cast<std::size_t>(count), folder);
  }
  std::swap(file_, to.number);
}

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

fs::path Spool::path() const { return fmt::format("/proc/self/fd/{}", file_); }

std::shared_ptr<const Spool> spool_pipe(const fs::path& path, const fs::path& folder) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) return nullptr;
  if (S_ISREG(found.st_mode) || S_ISDIR(found.st_mode)) return nullptr;
  return std::make_shared<const Spool>(path, folder);
}

}  // namespace encore
