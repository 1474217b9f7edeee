// The sweep of the whole matrix once more, number by number.
#include "linear/pivot_inverse.h"

#include <algorithm>

#include "kernel/index.h"

namespace encore {

bool invert_pivot(const float* from, std::int64_t size, std::int64_t stride, float* to, std::vector<double>& work) {
  const std::int64_t n = size;
  work.resize(at(n * n));
  for (std::int64_t r = 0; r < n; ++r)
    for (std::int64_t c = r; c < n; ++c) work[at(r * n + c)] = work[at(c * n + r)] = static_cast<double>(from[r * stride + c]);
  std::vector<double> row(at(n));
  for (std::int64_t p = 0; p < n; ++p) {
    double* pivot_row = work.data() + p * n;
    const double d = pivot_row[p];
    if (!(d > 0)) return false;
    std::copy_n(pivot_row, n, row.begin());
    for (std::int64_t r = 0; r < n; ++r) {
      if (r == p) continue;
      double* row_of_r = work.data() + r * n;
      const double factor = row[at(r)] / d;
      for (std::int64_t c = 0; c < n; ++c) row_of_r[c] -= factor * row[at(c)];
      row_of_r[p] = factor;
    }
    for (std::int64_t c = 0; c < n; ++c) pivot_row[c] = row[at(c)] / d;
    pivot_row[p] = -1 / d;
  }
  for (std::int64_t r = 0; r < n; ++r)
    for (std::int64_t c = 0; c < n; ++c)  // −P, the right factor's sign; both halves from one, so that it is symmetric
      to[r * inverse_tile_stride + c] = static_cast<float>(work[at(std::min(r, c) * n + std::max(r, c))]);
  return true;
}

}  // namespace encore
