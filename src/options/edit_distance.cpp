// Three rows of the usual table; it stops when a whole row is beyond the limit.
#include "options/edit_distance.h"
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <vector>

namespace encore {

std::int64_t edit_distance(std::string_view a, std::string_view b, std::int64_t limit) {
  const auto n = std::ssize(a), m = std::ssize(b);
  if (std::abs(n - m) > limit) return limit + 1;
  std::vector<std::int64_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<std::int64_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<std::int64_t>(i);
    std::int64_t least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return std::min(last[b.size()], limit + 1);
}

}  // namespace encore
