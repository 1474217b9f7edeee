// Writing aside, locking, syncing, renaming of a whole folder.
#include "process/staged_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <fmt/format.h>

namespace encore {
namespace {

namespace fs = std::filesystem;

/// An absolute path without a slash at its end; a link stands for the folder behind it.
fs::path path_of_folder(const fs::path& target) {
  if (target.empty()) throw UserError("the folder to write has an empty name");
  require_parent(target.has_filename() ? target : target.parent_path());
  fs::path path = fs::weakly_canonical(fs::absolute(target));
  if (!path.has_filename()) path = path.parent_path();
  if (path == path.root_path())
    throw UserError(fmt::format("cannot write '{}': choose a folder in it", target.string()));
  return path;
}

bool is_same_folder(int descriptor, const fs::path& path) {
  struct stat by_descriptor {
  }, by_path{};
  return ::fstat(descriptor, &by_descriptor) == 0 && ::stat(path.c_str(), &by_path) == 0 &&
         by_descriptor.st_ino == by_path.st_ino && by_descriptor.st_dev == by_path.st_dev;
}

/// Holds a folder's lock if it can be had.
class Lock {
 public:
  explicit Lock(const fs::path& folder) : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_EX | LOCK_NB);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

 private:
  int descriptor_;
};

void clear_folder(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) fs::remove_all(entry.path());
}

/// Creates (or takes over from a killed process) the folder `staging` and locks it; returns the descriptor with the
/// lock.
int create_locked_folder(const fs::path& staging, const fs::path& target) {
  for (;;) {
    if (::mkdir(staging.c_str(), 0777) != 0 && errno != EEXIST) throw cannot_write(target, errno);
    const int descriptor = ::open(staging.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0 && errno == ENOENT) continue;  // its owner has just finished
    if (descriptor < 0) throw cannot_write(target, errno);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      ::close(descriptor);
      throw UserError(fmt::format("another process is writing '{}' now; wait until it is done or choose another name",
                                  target.string()));
    }
    if (is_same_folder(descriptor, staging)) return descriptor;
    ::close(descriptor);  // renamed or removed between opening and locking: its owner has just finished
  }
}

void sync_tree(const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) sync_to_disk(entry.path());
  sync_to_disk(folder);
}

fs::path aside_of(const fs::path& target) {
  return target.parent_path() / fmt::format(".{}.replaced", target.filename().string());
}

/// A process that was killed between the two renames of `commit` left no target: the one that it had put aside comes
/// back.
bool recover(const fs::path& target) {
  std::error_code ignored;
  return !fs::exists(target, ignored) && ::rename(aside_of(target).c_str(), target.c_str()) == 0;
}

}  // namespace

StagedFolder::StagedFolder(const fs::path& target, bool target_may_be_replaced) : target_(path_of_folder(target)) {
  if (!recover(target_) && fs::exists(target_) && !target_may_be_replaced) {
    throw UserError(fmt::format(
        "'{}' exists already and is not a folder of this kind; choose another name or remove it", target.string()));
  }
  staging_ = target_.parent_path() / fmt::format(".{}.unfinished", target_.filename().string());
  lock_ = create_locked_folder(staging_, target_);
  try {
    clear_folder(staging_);
  } catch (const fs::filesystem_error& error) {
    ::close(lock_);
    throw cannot_write(staging_, error.code().value());
  }
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  if (!committed_) fs::remove_all(staging_, ignored);
  ::close(lock_);
}

void StagedFolder::commit() {
  sync_tree(staging_);
  if (fs::exists(target_)) {
    // Locked too: the moment it bears the staging name, a second process must not take it for abandoned.
    const Lock replaced(target_);
    if (::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) {
      committed_ = true;
      sync_to_disk(target_.parent_path());
      std::error_code next_time;  // what cannot be removed of the replaced folder now, the next writer clears
      fs::remove_all(staging_, next_time);
      return;
    }
    // A file system that cannot exchange: the old one is moved aside first.
    const fs::path aside = aside_of(target_);
    fs::remove_all(aside);
    if (::rename(target_.c_str(), aside.c_str()) != 0) throw cannot_write(target_, errno);
    if (::rename(staging_.c_str(), target_.c_str()) != 0) {
      const int reason = errno;
      ::rename(aside.c_str(), target_.c_str());
      throw cannot_write(target_, reason);
    }
    committed_ = true;
    std::error_code next_time;
    fs::remove_all(aside, next_time);
  } else {
    if (::rename(staging_.c_str(), target_.c_str()) != 0) throw cannot_write(target_, errno);
    committed_ = true;
  }
  sync_to_disk(target_.parent_path());
}

}  // namespace encore
