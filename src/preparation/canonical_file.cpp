// One pass with a fixed buffer, about a gigabyte a second.
#include "preparation/canonical_file.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "preparation/byte_stream.h"

namespace encore {
namespace {

constexpr std::size_t buffer_bytes = 1 << 18, longest_line = 256;

enum class Role { user, item, rating, time };

std::optional<std::vector<Role>> roles_of(const Source& source) {
  std::vector<Role> roles;
  for (const auto& column : source.ratings.columns) {
    if (column == source.user_column)
      roles.push_back(Role::user);
    else if (column == source.item_column)
      roles.push_back(Role::item);
    else if (source.rating_column && column == *source.rating_column)
      roles.push_back(Role::rating);
    else if (source.time_column && column == *source.time_column)
      roles.push_back(Role::time);
    else
      return std::nullopt;
  }
  return roles;
}

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Digits from `at` on, at most `most`; null when there are none or too many.
const char* whole_number(const char* at, int most, std::int64_t& number) {
  const char* begin = at;
  number = 0;
  for (; is_digit(*at); ++at) {
    if (at - begin == most) return nullptr;
    number = number * 10 + (*at - '0');
  }
  return at == begin ? nullptr : at;
}

class LineScanner {
 public:
  LineScanner(std::vector<Role> roles, char delimiter) : roles_(std::move(roles)), delimiter_(delimiter) {}

  /// One line, of which a line feed is known to follow somewhere. Returns what is behind it; null when it is not
  /// canonical.
  const char* take(const char* at) {
    std::int64_t ids[2] = {0, 0}, number = 0, time = 0;
    for (std::size_t field = 0; field < roles_.size(); ++field) {
      const Role role = roles_[field];
      const bool id = role == Role::user || role == Role::item;
      std::int64_t& value = id ? ids[role == Role::item] : role == Role::time ? time : number;
      const bool zeros = id && at[0] == '0' && is_digit(at[1]);  // 007 is not 7 to everybody
      at = zeros ? nullptr : whole_number(at, role == Role::rating ? 9 : 18, value);
      if (at && role == Role::rating) at = rest_of_rating(at, number);
      const bool last = field + 1 == roles_.size();
      if (!at || *at != (last ? '\n' : delimiter_)) return nullptr;
      ++at;
    }
    scan.ascending = scan.ascending && (ids[0] > user_ || (ids[0] == user_ && ids[1] > item_));
    user_ = ids[0], item_ = ids[1];
    scan.largest_id = std::max({scan.largest_id, ids[0], ids[1]});
    scan.largest_time = std::max(scan.largest_time, time);
    ++scan.rows;
    return at;
  }

  CanonicalScan scan;

 private:
  /// Behind the whole number in front of a point, which may be missing with all that follows.
  const char* rest_of_rating(const char* at, std::int64_t whole) {
    constexpr std::int64_t exact_halves_end = 1 << 23;
    std::int64_t fraction = 0;
    const char* begin = at;
    if (*at == '.') at = whole_number(at + 1, 9, fraction);
    const bool half = fraction == 0 || (fraction == 5 && at == begin + 2);
    scan.half_stars = scan.half_stars && half && whole < exact_halves_end;
    const std::int64_t halves = 2 * whole + (fraction != 0);
    scan.fewest_halves = std::min(scan.fewest_halves, halves);
    scan.most_halves = std::max(scan.most_halves, halves);
    return at;
  }

  std::vector<Role> roles_;
  char delimiter_;
  std::int64_t user_ = -1, item_ = -1;
};

}  // namespace

std::optional<CanonicalScan> scan_canonical(const Source& source) {
  const TableFile& file = source.ratings;
  const auto roles = roles_of(source);
  if (file.parquet || file.delimiter.size() != 1 || !roles) return std::nullopt;
  ByteStream stream(file.path);
  std::vector<char> buffer(buffer_bytes + 1);
  LineScanner scanner(*roles, file.delimiter[0]);
  std::size_t kept = 0;
  bool header = file.header, more = true;
  while (more) {
    const std::size_t got = stream.read(buffer.data() + kept, buffer_bytes - kept);
    more = got > 0;
    std::size_t size = kept + got;
    if (!more && size > 0) buffer[size++] = '\n';  // the last line may lack it
    const char *at = buffer.data(), *end = at + size;
    const char* whole_lines_end = at + (std::string_view(at, size).rfind('\n') + 1);
    if (header && at < whole_lines_end) {
      at += std::string_view(at, size).find('\n') + 1;
      header = false;
    }
    while (at < whole_lines_end) {
      at = scanner.take(at);
      if (at == nullptr) return std::nullopt;
    }
    kept = static_cast<std::size_t>(end - at);
    if (kept > longest_line) return std::nullopt;
    std::copy(at, end, buffer.data());
  }
  scanner.scan.half_stars = scanner.scan.half_stars && scanner.scan.fewest_halves <= scanner.scan.most_halves;
  return scanner.scan;
}

}  // namespace encore
