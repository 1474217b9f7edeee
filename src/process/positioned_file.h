// A file that several threads read at places of their own. No format, and not for writing (staged_file.h).
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace encore {

class PositionedFile {
 public:
  /// Throws UserError naming the file and the system's reason.
  explicit PositionedFile(const std::filesystem::path& path);
  PositionedFile(PositionedFile&& other) noexcept;
  PositionedFile& operator=(PositionedFile&& other) noexcept;
  PositionedFile(const PositionedFile&) = delete;
  ~PositionedFile();

  std::uint64_t size() const { return size_; }
  /// Fills all `bytes` at `to` from `offset` on. False when the file ends before or the disk refuses; from any thread.
  bool read(std::uint64_t offset, char* to, std::size_t bytes) const;

 private:
  int descriptor_;
  std::uint64_t size_ = 0;
};

}  // namespace encore
