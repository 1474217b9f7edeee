// Which process of several has which rows of a symmetric matrix, and which of the two tiles of a pair is computed with: rows of tiles
// lie in runs, one for each process, and every row of tiles computes with as many tiles as any other. Not what is computed
// (shared_inverse.h).
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "kernel/aligned.h"

namespace encore {

/// Processes that share a matrix. `gather` gives the bytes of all of them, by process; all call it in the same order.
struct Sharers {
  int process = 0, processes = 1;
  std::function<std::vector<std::vector<std::byte>>(std::span<const std::byte>)> gather;
};

/// Of a symmetric matrix one tile of each pair (i, j), (j, i) is enough. Row i computes with the tiles i, i + 1, … half the way
/// around the circle of tiles, so that runs of as many rows are as much work, which the upper half would not give.
struct TileShares {
  std::int64_t tiles = 0;
  int process = 0, processes = 1;
  TileShares(std::int64_t size, const Sharers&);

  std::int64_t first_of(int of) const { return tiles * of / processes; }
  std::int64_t first() const { return first_of(process); }
  std::int64_t last() const { return first_of(process + 1); }
  int owner(std::int64_t i) const { return static_cast<int>(((i + 1) * processes - 1) / tiles); }
  bool is_own(std::int64_t i) const { return i >= first() && i < last(); }
  /// Whether the pair of tile (i, j) is kept in row i.
  bool is_kept(std::int64_t i, std::int64_t j) const {
    const std::int64_t distance = (j - i + tiles) % tiles;
    return 2 * distance < tiles || (2 * distance == tiles && i < j);
  }
};

/// Rows [first, first + count) of a matrix of `size`, rows `stride` apart; what lies beyond a row's end is zero.
struct MatrixRows {
  std::int64_t size = 0, stride = 0, first = 0, count = 0;
  kernel::AlignedFloats values;  ///< [rows of whole tiles, or to the padded size, × stride]
  float* row(std::int64_t i) { return values.data() + (i - first) * stride; }
  const float* row(std::int64_t i) const { return values.data() + (i - first) * stride; }

  /// Zeros: the rows of this process. Throws std::bad_alloc when there is no memory for them.
  static MatrixRows zeros(std::int64_t size, const Sharers&);
  /// What `zeros` takes at most, in bytes.
  static std::int64_t bytes(std::int64_t size, int processes);
};

}  // namespace encore
