// The chain from the file over its packing to UTF-8.
#include "preparation/byte_stream.h"

#include <algorithm>
#include <cstring>

#include "preparation/unpacking.h"
#include "process/interruption.h"

namespace encore {

ByteStream::ByteStream(FilePlace place) : place_(std::move(place)), source_(open_unpacked(place_)), to_utf8_(place_.encoding) {}

std::size_t ByteStream::read_unpacked(char* into, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    stop_if_interrupted();
    const std::size_t count = source_->read(into + got, size - got);
    if (count == 0) break;
    got += count;
  }
  return got;
}

std::size_t ByteStream::read(char* into, std::size_t size) {
  if (place_.encoding == Encoding::utf8) return read_unpacked(into, size);
  while (converted_.size() < size && !ended_) {
    std::string bytes(1 << 18, '\0');
    bytes.resize(read_unpacked(bytes.data(), bytes.size()));
    ended_ = bytes.size() < (1 << 18);
    to_utf8_.take(bytes, ended_, converted_);
  }
  const std::size_t count = std::min(size, converted_.size());
  std::memcpy(into, converted_.data(), count);
  converted_.erase(0, count);
  return count;
}

}  // namespace encore
