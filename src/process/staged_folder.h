// A folder (or a file) that appears whole or not at all: written aside, then renamed. Not a format: it knows no content.
#pragma once
#include <filesystem>

namespace encore {

/// Gives a hidden sibling of `target` to write into; `commit` renames it into place, the destructor without `commit` removes it.
/// Throws UserError when the parent is missing or not writable, or when `target` exists and is not `recognised`
/// (a folder of ours may be replaced, anything else never).
class StagedFolder {
 public:
  StagedFolder(std::filesystem::path target, bool target_may_be_replaced);
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;
  ~StagedFolder();

  const std::filesystem::path& path() const { return staging_; }
  /// Syncs and renames; a replaced folder is moved aside first and removed last.
  void commit();

 private:
  std::filesystem::path target_, staging_;
  bool committed_ = false;
};

/// Writes `bytes` beside `target`, syncs, renames. Throws UserError naming the path and the system's reason.
void write_file_whole(const std::filesystem::path& target, const std::string& bytes);

}  // namespace encore
