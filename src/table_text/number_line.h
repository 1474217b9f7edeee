// Lines of nothing but numbers in their simplest form, as MovieLens' files of ratings have them, read in one look at each byte. Not where
// the lines come from, and nothing of any other line than that it is one.
#pragma once
#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace encore {

enum class NumberRole : std::uint8_t { user, item, rating, time };

/// What a line says.
struct NumberLine {
  std::int64_t user = 0, item = 0, time = 0;
  std::int64_t whole = 0;  ///< of the rating, in front of the point
  bool half = true;        ///< the rating is a multiple of a half
  std::int64_t halves = 0;
  std::string_view rating = {};

  double rating_value() const {
    if (half) return static_cast<double>(halves) / 2;
    double number = 0;
    std::from_chars(rating.data(), rating.data() + rating.size(), number);
    return number;
  }
};

class NumberLineReader {
 public:
  NumberLineReader(std::vector<NumberRole> roles, char delimiter) : roles_(std::move(roles)), delimiter_(delimiter) {}

  /// One line of a text that ends in a line feed. Returns what is behind its line end; null when it is another line than of such numbers.
  const char* read(const char* at, NumberLine& line) const {
    for (std::size_t field = 0; field < roles_.size(); ++field) {
      switch (roles_[field]) {
        case NumberRole::user:
          at = id(at, line.user);
          break;
        case NumberRole::item:
          at = id(at, line.item);
          break;
        case NumberRole::time:
          at = whole_number(at, 18, line.time);
          break;
        case NumberRole::rating:
          at = rating(at, line);
      }
      if (at == nullptr) return nullptr;
      if (field + 1 < roles_.size()) {
        if (*at++ != delimiter_) return nullptr;
      } else {
        if (*at == '\r') ++at;
        if (*at++ != '\n') return nullptr;
      }
    }
    return at;
  }

 private:
  static bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

  /// Digits from `at` on, at most `most`; null when there are none or too many.
  static const char* whole_number(const char* at, int most, std::int64_t& number) {
    const char* begin = at;
    number = 0;
    for (; is_digit(*at); ++at) {
      if (at - begin == most) return nullptr;
      number = number * 10 + (*at - '0');
    }
    return at == begin ? nullptr : at;
  }

  static const char* id(const char* at, std::int64_t& number) {
    if (at[0] == '0' && is_digit(at[1])) return nullptr;  // 007 is not 7 to everybody
    return whole_number(at, 18, number);
  }

  static const char* rating(const char* at, NumberLine& line) {
    constexpr std::int64_t exact_halves_end = 1 << 23;
    const char* begin = at;
    at = whole_number(at, 9, line.whole);
    if (at == nullptr) return nullptr;
    std::int64_t fraction = 0;
    const char* point = at;
    if (*at == '.') at = whole_number(at + 1, 9, fraction);
    if (at == nullptr) return nullptr;
    line.half = (fraction == 0 || (fraction == 5 && at == point + 2)) && line.whole < exact_halves_end;
    line.halves = 2 * line.whole + (fraction != 0);
    line.rating = {begin, static_cast<std::size_t>(at - begin)};
    return at;
  }

  std::vector<NumberRole> roles_;
  char delimiter_;
};

}  // namespace encore
