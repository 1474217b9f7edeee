// Writing aside, syncing, renaming of one file.
#include "process/staged_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

namespace encore {
namespace {

namespace fs = std::filesystem;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : value_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int value() const { return value_; }

 private:
  int value_;
};

bool is_written_in_place(const fs::path& target) {
  const fs::file_status status = fs::status(target);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

fs::path final_path(const fs::path& target) {
  // A link is written through: renaming onto it would replace the link and leave its file as it was.
  return fs::is_symlink(target) && fs::exists(target) ? fs::canonical(target) : target;
}

}  // namespace

UserError cannot_write(const fs::path& path, int error_number) {
  std::string advice;
  if (error_number == ENOSPC || error_number == EDQUOT) advice = "; free some space or choose another place";
  if (error_number == EACCES || error_number == EPERM || error_number == EROFS) advice = "; choose another place";
  return UserError(fmt::format("cannot write '{}': {}{}", path.string(), std::strerror(error_number), advice));
}

void require_parent(const fs::path& target) {
  const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::error_code ignored;
  if (fs::is_directory(parent, ignored)) return;
  throw UserError(fs::exists(parent, ignored)
                      ? fmt::format("cannot write '{}': '{}' is not a folder", target.string(), parent.string())
                      : fmt::format("cannot write '{}': the folder '{}' does not exist; create it first",
                                    target.string(), parent.string()));
}

void sync_to_disk(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  // EINVAL: a file system that cannot sync this kind of thing has nothing to lose by it.
  if (file.value() < 0 || (::fsync(file.value()) != 0 && errno != EINVAL)) throw cannot_write(path, errno);
}

StagedFile::StagedFile(fs::path target) : target_(final_path(target)) {
  if (fs::is_directory(target_)) {
    throw UserError(fmt::format("cannot write '{}': it is a folder; name a file", target.string()));
  }
  if (is_written_in_place(target_)) {
    staging_ = target_;
    return;
  }
  require_parent(target_);
  staging_ = target_.parent_path() / fmt::format(".{}.{}.tmp", target_.filename().string(), ::getpid());
  const Descriptor file(staging_, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.value() < 0) throw cannot_write(target_, errno);
}

StagedFile::~StagedFile() {
  std::error_code ignored;
  if (!committed_ && staging_ != target_) fs::remove(staging_, ignored);
}

void StagedFile::commit() {
  if (staging_ != target_) {
    sync_to_disk(staging_);
    if (::rename(staging_.c_str(), target_.c_str()) != 0) throw cannot_write(target_, errno);
    committed_ = true;
    sync_to_disk(target_.has_parent_path() ? target_.parent_path() : fs::path("."));
  }
}

void write_file_whole(const fs::path& target, const std::string& bytes) {
  StagedFile staged(target);
  {
    const Descriptor file(staged.path(), O_WRONLY | O_TRUNC);
    if (file.value() < 0) throw cannot_write(target, errno);
    for (std::size_t written = 0; written < bytes.size();) {
      const ssize_t step = ::write(file.value(), bytes.data() + written, bytes.size() - written);
      if (step < 0 && errno == EINTR) continue;
      if (step < 0) throw cannot_write(target, errno);
      written += static_cast<std::size_t>(step);
    }
  }
  staged.commit();
}

}  // namespace encore
