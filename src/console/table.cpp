// Alignment by display width, and numbers as people read them.
#include "console/table.h"

#include <locale.h>
#include <wchar.h>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>

#include "console/one_line.h"

namespace encore {
namespace {

/// UTF-8 for this thread and this scope: the C library then knows how wide each character is, and nothing else of the
/// program (decimal points!) changes with the user's language.
class Utf8Scope {
 public:
  Utf8Scope() {
    static const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) before_ = uselocale(utf8);
  }
  Utf8Scope(const Utf8Scope&) = delete;
  Utf8Scope& operator=(const Utf8Scope&) = delete;
  ~Utf8Scope() {
    if (before_ != nullptr) uselocale(before_);
  }

 private:
  locale_t before_ = nullptr;
};

struct Character {
  std::size_t bytes;
  int columns;
};

Character first_character(std::string_view text) {
  wchar_t character = 0;
  mbstate_t state{};
  const std::size_t bytes = mbrtowc(&character, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) return {1, 1};
  return {bytes, std::max(0, wcwidth(character))};
}

std::string padded(const std::string& text, int width, bool right) {
  const std::string blanks(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
  return right ? blanks + text : text + blanks;
}

}  // namespace

int display_width(std::string_view text) {
  const Utf8Scope scope;
  int width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += character.columns;
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string cut_to_width(std::string_view text, int width) {
  const Utf8Scope scope;
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    if (character.columns > width) break;
    width -= character.columns;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes));
}

void Table::add(std::vector<std::string> row) {
  assert(row.size() == columns_.size());
  for (std::string& cell : row) cell = without_controls(std::move(cell));
  rows_.push_back(std::move(row));
}

std::string Table::text(int indent) const {
  std::vector<int> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    int width = display_width(columns_[c].name);
    for (const auto& row : rows_) width = std::max(width, display_width(row[c]));
    widths.push_back(width);
  }
  std::string text;
  const auto line = [&](const auto& cell) {
    std::string one(static_cast<std::size_t>(indent), ' ');
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (c > 0) one += "  ";
      one += padded(cell(c), widths[c], columns_[c].right);
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + '\n';
  };
  if (std::any_of(columns_.begin(), columns_.end(), [](const TableColumn& column) { return !column.name.empty(); })) {
    line([&](std::size_t c) { return columns_[c].name; });
    line([&](std::size_t c) { return std::string(static_cast<std::size_t>(widths[c]), '-'); });
  }
  for (const auto& row : rows_) line([&](std::size_t c) { return row[c]; });
  return text;
}

std::string with_thousands(long long number) {
  std::string digits = std::to_string(number);
  const std::size_t first = number < 0 ? 1 : 0;
  for (std::size_t from_right = 3; digits.size() > first && from_right < digits.size() - first; from_right += 4) {
    digits.insert(digits.size() - from_right, 1, ',');
  }
  return digits;
}

std::string readable_bytes(long long bytes) {
  constexpr const char* units[] = {"bytes", "KB", "MB", "GB", "TB"};
  double amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (std::abs(amount) >= 1023.95 && unit + 1 < std::size(units)) {
    amount /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", amount, units[unit]);
}

std::string readable_seconds(double seconds) {
  if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const long long whole = std::llround(seconds);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace encore
