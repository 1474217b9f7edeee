// Writing aside, syncing, renaming of one file.
#include "process/staged_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
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

constexpr std::string_view file_mark = ".tmp", rows_mark = ".tmp.rows", folder_mark = ".unfinished";

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "list.csv" for ".list.csv.4711.tmp" and its rows (nameless_file.cpp), "films" for ".films.unfinished"; any other name as it is.
std::string final_name(const std::string& name) {
  std::string_view rest = name;
  if (!rest.starts_with('.')) return name;
  rest.remove_prefix(1);
  if (rest.ends_with(folder_mark)) return std::string(rest.substr(0, rest.size() - folder_mark.size()));
  const std::string_view mark = rest.ends_with(rows_mark) ? rows_mark : file_mark;
  if (!rest.ends_with(mark)) return name;
  rest.remove_suffix(mark.size());
  const std::size_t dot = rest.rfind('.');
  return dot != std::string_view::npos && is_number(rest.substr(dot + 1)) ? std::string(rest.substr(0, dot)) : name;
}

/// Removes what killed processes left beside `target`: staging files whose lock nobody holds. What cannot be looked at
/// or removed stays, and harms nobody.
void clear_abandoned(const fs::path& target) {
  const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::error_code ignored;
  for (fs::directory_iterator entry(parent, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (name == target.filename() || final_name(name) != target.filename() || name.ends_with(folder_mark)) continue;
    const Descriptor file(entry->path(), O_RDONLY | O_NOFOLLOW);
    std::error_code unremovable;
    if (file.value() >= 0 && ::flock(file.value(), LOCK_EX | LOCK_NB) == 0) fs::remove(entry->path(), unremovable);
  }
}

bool is_same_file(int descriptor, const fs::path& path) {
  struct stat by_descriptor {
  }, by_path{};
  return ::fstat(descriptor, &by_descriptor) == 0 && ::stat(path.c_str(), &by_path) == 0 &&
         by_descriptor.st_ino == by_path.st_ino && by_descriptor.st_dev == by_path.st_dev;
}

/// Creates the file and locks it; returns the descriptor with the lock.
int create_locked(const fs::path& staging, const fs::path& target) {
  for (;;) {
    const int descriptor = ::open(staging.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0) throw cannot_write(target, errno);
    // A file system without locks has nobody who could take the file for abandoned either.
    ::flock(descriptor, LOCK_EX | LOCK_NB);
    if (is_same_file(descriptor, staging)) return descriptor;
    ::close(descriptor);  // cleared by somebody else between opening and locking
  }
}

}  // namespace

fs::path final_names(const fs::path& path) {
  fs::path shown;
  for (const fs::path& part : path) shown /= final_name(part.string());
  return shown;
}

UserError cannot_write(const fs::path& path, int error_number) {
  std::string advice;
  if (error_number == ENOSPC || error_number == EDQUOT) advice = "; free some space or choose another place";
  if (error_number == EFBIG) advice = "; raise the limit on the size of files (ulimit -f) or choose another place";
  if (error_number == EACCES || error_number == EPERM || error_number == EROFS) advice = "; choose another place";
  return UserError(
      fmt::format("cannot write '{}': {}{}", final_names(path).string(), std::strerror(error_number), advice));
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

StagedFile::StagedFile(const fs::path& target) : target_(final_path(target)) {
  if (fs::is_directory(target_)) {
    throw UserError(fmt::format("cannot write '{}': it is a folder; name a file", target.string()));
  }
  if (is_written_in_place(target_)) {
    staging_ = target_;
    return;
  }
  require_parent(target_);
  clear_abandoned(target_);
  staging_ = target_.parent_path() / fmt::format(".{}.{}{}", target_.filename().string(), ::getpid(), file_mark);
  lock_ = create_locked(staging_, target_);
}

StagedFile::~StagedFile() {
  std::error_code ignored;
  if (!committed_ && staging_ != target_) fs::remove(staging_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

void StagedFile::commit() {
  if (staging_ != target_) {
    sync_to_disk(staging_);
    if (::rename(staging_.c_str(), target_.c_str()) != 0) throw cannot_write(target_, errno);
    committed_ = true;
    sync_to_disk(target_.has_parent_path() ? target_.parent_path() : fs::path("."));
  }
}

void write_staged(const fs::path& staged, const std::string& bytes) {
  const Descriptor file(staged, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.value() < 0) throw cannot_write(staged, errno);
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t step = ::write(file.value(), bytes.data() + written, bytes.size() - written);
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) throw cannot_write(staged, errno);
    written += static_cast<std::size_t>(step);
  }
}

void write_file_whole(const fs::path& target, const std::string& bytes) {
  StagedFile staged(target);
  write_staged(staged.path(), bytes);
  staged.commit();
}

}  // namespace encore
