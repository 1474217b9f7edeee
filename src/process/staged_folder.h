// A folder that appears whole or not at all: written aside, then renamed. Not a format: it knows no content.
#pragma once
#include <filesystem>
#include "process/staged_file.h"

namespace encore {

/// Gives a hidden sibling of `target` to write into; `commit` renames it into place, the destructor without `commit`
/// removes it. The sibling is locked: a second process that wants the same target is told so, and what a killed one
/// left is cleared; a target that it had put aside, on a file system that cannot exchange folders, comes back. Throws
/// UserError when the parent is missing or not writable, when another process is writing `target`, or when `target`
/// exists and may not be replaced (a folder of ours may be, anything else never).
class StagedFolder {
 public:
  StagedFolder(const std::filesystem::path& target, bool target_may_be_replaced);
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;
  ~StagedFolder();

  const std::filesystem::path& path() const { return staging_; }
  /// Syncs and renames; a replaced folder changes places with the new one in one step and is removed last.
  void commit();

 private:
  std::filesystem::path target_, staging_;
  int lock_ = -1;
  bool committed_ = false;
};

}  // namespace encore
