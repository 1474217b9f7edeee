// Each line compared with the row, field by field.
#include "table_text/stray_quote.h"

#include <algorithm>
#include <cstdint>

namespace encore {
namespace {

enum class Kind { nothing, number, text };

Kind kind_of(std::string_view field) {
  const auto first = field.find_first_not_of(" \"");
  if (first == std::string_view::npos) return Kind::nothing;
  field = field.substr(first, field.find_last_not_of(" \"") - first + 1);
  const bool digit = std::ranges::any_of(field, [](char c) { return c >= '0' && c <= '9'; });
  return digit && field.find_first_not_of("0123456789.+-eE") == std::string_view::npos ? Kind::number : Kind::text;
}

bool looks_like(std::string_view line, std::string_view delimiter, std::span<const std::string_view> fields,
                std::span<const std::size_t> many_lines) {
  std::size_t place = 0;
  for (bool more = true; more; ++place) {
    const std::size_t end = line.find(delimiter);
    more = end != std::string_view::npos;
    const std::string_view field = line.substr(0, end);
    if (place == fields.size()) return !more && field.empty();  // a delimiter at the line's end
    if (std::ranges::find(many_lines, place) == many_lines.end() && kind_of(field) != kind_of(fields[place]))
      return false;
    if (more) line.remove_prefix(end + delimiter.size());
  }
  return place == fields.size();
}

}  // namespace

bool has_stray_quote(std::string_view row, std::string_view delimiter, std::span<const std::string_view> fields,
                     std::span<const std::size_t> many_lines) {
  std::int64_t lines = 0, alike = 0;
  bool like_row = true;
  while (!row.empty()) {
    const std::size_t end = row.find_first_of("\r\n");
    like_row = looks_like(row.substr(0, end), delimiter, fields, many_lines);
    if (lines == 0 && !like_row) return false;
    ++lines;
    alike += like_row;
    if (end == std::string_view::npos) break;
    row.remove_prefix(row.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  return like_row && 2 * alike >= lines;
}

}  // namespace encore
