// Bytes of UTF-8 are kept together.
#include "console/one_line.h"

namespace encore {
namespace {

constexpr std::size_t longest = 1600, head = 1000, tail = 400;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

std::string one_line(const std::string& sentence) {
  std::string line = sentence;
  if (line.size() > longest) {
    std::size_t from = head, to = line.size() - tail;
    while (from > 0 && continues(line[from])) --from;
    while (to < line.size() && continues(line[to])) ++to;
    line.replace(from, to - from, " … ");
  }
  return without_controls(std::move(line));
}

std::string without_controls(std::string text, std::string_view kept) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 || byte == 0x7F) && kept.find(text[i]) == std::string_view::npos) {
      text[i] = ' ';
    } else if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0 && continues(text[i + 1])) {
      text[i] = text[i + 1] = ' ';
    }
  }
  return text;
}

}  // namespace encore
