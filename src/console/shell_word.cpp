// What needs no quotes is kept without them, so that common paths stay as they were typed.
#include "console/shell_word.h"

#include <algorithm>
#include <cctype>

namespace encore {

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '.' || c == '/' || c == ':' || c == ',' || c >= 0x80;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string folder_word(std::string folder, const std::string& ending) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return shell_word(folder + ending);
}

}  // namespace encore
