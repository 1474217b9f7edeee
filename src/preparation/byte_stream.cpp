// ByteStream over zlib, which reads plain files as they are.
#include "preparation/byte_stream.h"
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <vector>
#include <zlib.h>
#include "process/error.h"
#include "process/interruption.h"

namespace encore {

struct ByteStream::Handle {
  gzFile file = nullptr;
  ~Handle() {
    if (file) gzclose(file);
  }
};

ByteStream::ByteStream(std::filesystem::path path) : path_(std::move(path)), handle_(std::make_unique<Handle>()) {
  handle_->file = gzopen(path_.c_str(), "rb");
  if (!handle_->file) throw UserError(fmt::format("{} cannot be read: {}", path_.string(), std::strerror(errno)));
  gzbuffer(handle_->file, 1 << 17);
}

ByteStream::~ByteStream() = default;

std::size_t ByteStream::read(char* into, std::size_t size) {
  stop_if_interrupted();
  const int count = gzread(handle_->file, into, static_cast<unsigned>(size));
  int error = Z_OK;
  const char* text = gzerror(handle_->file, &error);
  if (error == Z_BUF_ERROR) throw UserError(fmt::format("{} is damaged: its gzip data end too early", path_.string()));
  if (count < 0 || error != Z_OK)
    throw UserError(fmt::format("{} is damaged or cannot be read: {}", path_.string(), text));
  return static_cast<std::size_t>(count);
}

void ByteStream::skip_to_end() {
  std::vector<char> buffer(1 << 18);
  while (read(buffer.data(), buffer.size()) > 0) {
  }
}

}  // namespace encore
