// What comes through a pipe, kept on the disk, because a table is read more than once. Not the reading of tables.
#pragma once
#include <filesystem>
#include <memory>

namespace encore {

/// A copy of what a pipe gave, in a file without a name that is gone with the last owner, whatever ends the process.
class Spool {
 public:
  /// Waits for the pipe's writer and reads until it closes. Throws UserError when the pipe cannot be read or the folder has no room,
  /// Interrupted on a signal, also while nobody writes.
  Spool(const std::filesystem::path& pipe, const std::filesystem::path& folder);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  /// Where whoever opens files finds the bytes.
  std::filesystem::path path() const;

 private:
  int file_ = -1;
};

/// For a pipe, a socket or a terminal, a copy in `folder`; null for a file.
std::shared_ptr<const Spool> spool_pipe(const std::filesystem::path& path, const std::filesystem::path& folder);

}  // namespace encore
