// A file that appears whole or not at all: written aside, then renamed. Not a folder (staged_folder.h), and no format.
#pragma once
#include <filesystem>
#include <string>
#include "process/error.h"

namespace encore {

/// Gives a hidden sibling of `target` to write into; `commit` renames it into place, the destructor without `commit`
/// removes it. The sibling is locked while it is written, and what killed processes left beside `target` is cleared. A
/// device or a pipe (`/dev/stdout`) is written in place. Throws UserError when the parent is missing or not writable,
/// or when `target` is a folder.
class StagedFile {
 public:
  explicit StagedFile(const std::filesystem::path& target);
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;
  ~StagedFile();

  const std::filesystem::path& path() const { return staging_; }
  /// Syncs and renames.
  void commit();

 private:
  std::filesystem::path target_, staging_;
  int lock_ = -1;
  bool committed_ = false;
};

/// Writes `bytes` into a file that is written aside already: `StagedFile::path`, or one in a staging folder. Throws
/// UserError naming what it was to become and the system's reason.
void write_staged(const std::filesystem::path& staged, const std::string& bytes);

/// Writes `bytes` beside `target`, syncs, renames. Throws UserError naming the path and the system's reason.
void write_file_whole(const std::filesystem::path& target, const std::string& bytes);

/// The path as the user knows it, without the names of staging folders and files.
std::filesystem::path final_names(const std::filesystem::path& path);

/// The sentence for a failed write: path, reason, what to do about it. `error_number` is an `errno`. A path in a
/// staging folder or file is shown as what it was to become.
UserError cannot_write(const std::filesystem::path& path, int error_number);

/// Throws UserError when the folder that shall hold `target` is missing.
void require_parent(const std::filesystem::path& target);

/// Puts a file's or a folder's own bytes on the disk. Throws UserError when that fails (a full disk may show only
/// here).
void sync_to_disk(const std::filesystem::path& path);

}  // namespace encore
