// Reading by pread, which moves no place that others share.
#include "process/positioned_file.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include "process/error.h"

namespace encore {

PositionedFile::PositionedFile(const std::filesystem::path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  struct stat facts {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &facts) != 0) {
    const int reason = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw UserError(fmt::format("{} cannot be opened: {}", path.string(), std::strerror(reason)));
  }
  size_ = static_cast<std::uint64_t>(facts.st_size);
}

PositionedFile::PositionedFile(PositionedFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

PositionedFile& PositionedFile::operator=(PositionedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);  // the other closes what was open here
  std::swap(size_, other.size_);
  return *this;
}

PositionedFile::~PositionedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool PositionedFile::read(std::uint64_t offset, char* to, std::size_t bytes) const {
  while (bytes > 0) {
    const ssize_t got = ::pread(descriptor_, to, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    offset += static_cast<std::uint64_t>(got), to += got, bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace encore
