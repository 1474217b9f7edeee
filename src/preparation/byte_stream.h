// The bytes of a text file, plain or gzip, for the looks that come before DuckDB reads it. DuckDB itself takes a gzip
// file that was cut short for a whole one; this does not.
#pragma once
#include <cstddef>
#include <filesystem>
#include <memory>

namespace encore {

class ByteStream {
 public:
  /// Throws UserError when the file cannot be opened.
  explicit ByteStream(std::filesystem::path path);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  /// Fills up to `size` bytes; fewer only at the end. Throws UserError when the gzip data are damaged or end too early,
  /// Interrupted on Ctrl-C.
  std::size_t read(char* into, std::size_t size);
  /// Reads what is left, to be sure that the file is whole.
  void skip_to_end();

 private:
  struct Handle;
  std::filesystem::path path_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace encore
