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
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return line;
}

}  // namespace encore
