// What the fuzz targets share: bytes as a file without a name, and which exceptions are answers. Not a target.
#pragma once
#include <sys/mman.h>
#include <unistd.h>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include "process/error.h"

namespace encore::fuzz {

/// The bytes as a file in memory.
class BytesAsFile {
 public:
  BytesAsFile(const std::uint8_t* data, std::size_t size) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (::write(descriptor_, data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  ~BytesAsFile() { ::close(descriptor_); }
  BytesAsFile(const BytesAsFile&) = delete;
  BytesAsFile& operator=(const BytesAsFile&) = delete;
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// Runs a parser: it may succeed or refuse with a sentence for the user; anything else is a finding.
template <class Parser>
void refuses_or_understands(Parser parse) {
  try {
    parse();
  } catch (const UserError& error) {
    if (std::string_view(error.what()).empty()) std::abort();
  }
}

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace encore::fuzz
