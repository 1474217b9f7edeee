// The text of a file: unpacked (gzip, bzip2, xz, zstd, zip) and in UTF-8. Not its rows.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include "preparation/file_place.h"

namespace encore {

/// Bytes, one after another.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills up to `size` bytes; 0 only at the end. Throws UserError when the file is damaged or cannot be read.
  virtual std::size_t read(char* into, std::size_t size) = 0;
};

class ByteStream {
 public:
  /// Throws UserError when the file cannot be opened.
  explicit ByteStream(FilePlace place);
  /// Fills up to `size` bytes; fewer only at the end. Throws UserError when packed data are damaged or end too early, Interrupted on
  /// Ctrl-C.
  std::size_t read(char* into, std::size_t size);

 private:
  std::size_t read_unpacked(char* into, std::size_t size);

  FilePlace place_;
  std::unique_ptr<ByteSource> source_;
  ToUtf8 to_utf8_;
  std::string converted_;  ///< that was not asked for yet
  bool ended_ = false;
};

}  // namespace encore
