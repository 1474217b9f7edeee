// Made without a name; where the file system cannot (NFS), under a name next to its neighbour, and unlinked at once.
#include "process/nameless_file.h"
#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <fmt/format.h>
#include "process/staged_file.h"

namespace encore {

NamelessFile::NamelessFile(const std::filesystem::path& neighbour) {
  const auto folder = neighbour.has_parent_path() ? neighbour.parent_path() : std::filesystem::path(".");
  descriptor_ = ::open(folder.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) return;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) throw cannot_write(neighbour, errno);
  const auto path = std::filesystem::path(neighbour) += ".rows";  // a kill here leaves it to the next StagedFile
  descriptor_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor_ < 0) throw cannot_write(neighbour, errno);
  ::unlink(path.c_str());
}

NamelessFile::~NamelessFile() { ::close(descriptor_); }

std::filesystem::path NamelessFile::path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

}  // namespace encore
