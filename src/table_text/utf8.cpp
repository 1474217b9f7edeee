// One step a character; eight bytes of ASCII at once.
#include "table_text/utf8.h"

#include <cstdint>
#include <cstring>

namespace encore {
namespace {

/// Bytes of the character at the beginning; 0 when there is none.
std::size_t character(std::string_view bytes) {
  const auto byte = [&](std::size_t place) { return static_cast<unsigned char>(bytes[place]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return 0;
  for (std::size_t place = 1; place < length; ++place)
    if ((byte(place) & 0xC0) != 0x80) return 0;
  if (first == 0xE0 && byte(1) < 0xA0) return 0;  // a longer form than needed
  if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogates
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    std::uint64_t eight = 0;
    if (bytes.size() >= sizeof eight) {
      std::memcpy(&eight, bytes.data(), sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        bytes.remove_prefix(sizeof eight);
        continue;
      }
    }
    const std::size_t length = character(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string shown(std::string_view bytes, std::size_t most) {
  std::string text;
  while (!bytes.empty()) {
    if (text.size() >= most) return text + "…";
    const std::size_t length = character(bytes);
    if (length == 0)
      text += "\xEF\xBF\xBD";
    else
      text += bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

}  // namespace encore
