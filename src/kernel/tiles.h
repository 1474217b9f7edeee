// Products of bfloat16 by tiles, Intel's AMX: which tiles there are and in which order they are multiplied. Written once, for the
// processor's own tiles (tile_instructions.cpp) and for those that follow the definition anywhere (emulated_tiles.h); neither stands here.
//
// TDPBF16PS (Intel's Software Developer's Manual, vol. 2) adds up to 16 pairs to a sum at once: the products of their even halves and
// those of their odd halves each from zero, by fused multiply-adds in f32, then the two together, then that and the sum so far;
// operands and results below 2⁻¹²⁶ are zero. So the bits are neither those of MultiplyPairs' rule nor do they depend on how rows and
// columns are cut into tiles: depth goes by sixteens from its beginning, and what is left of it last.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "kernel/asking.h"
#include "kernel/kernels.h"
#include "kernel/vector.h"

namespace encore::kernel {

constexpr std::int64_t rows_of_a_tile = 16, pairs_of_a_tile = 16, columns_of_a_tile = 16;

/// What LDTILECFG reads. Palette 1: eight tiles of at most 16 rows of 64 bytes; one that is not used has neither.
struct alignas(64) TileShapes {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t bytes[16] = {};  ///< of a row
  std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileShapes) == 64);

/// c by blocks of two tiles × two tiles, so that each tile that is loaded is multiplied twice. `Tiles` has configure, zero, load, store,
/// multiply and release, named as the instructions.
template <class Tiles>
class TileProduct {
 public:
  TileProduct(Tiles& tiles, const MultiplyPairs& p) : tiles_(tiles), p_(p), asking_(p.ahead) {
    const std::int64_t lines = (p.ahead[0].floats + p.ahead[1].floats) / floats_of_a_line;
    const std::int64_t steps = ceiling(p.rows, block_rows) * ceiling(p.columns, block_columns) * ceiling(p.depth, pairs_of_a_tile);
    lines_a_step_ = ceiling(lines, std::max<std::int64_t>(steps, 1));
  }

  void run() {
    Run run = run_at(0);
    do {  // once without any depth, too: c is what the sums start from
      for (std::int64_t row = 0; row < p_.rows; row += block_rows) multiply_rows(run, row);
      run = run_at(run.first + run.pairs * run.steps);
    } while (run.steps > 0);
    tiles_.release();
  }

 private:
  static constexpr std::int64_t block_rows = 2 * rows_of_a_tile, block_columns = 2 * columns_of_a_tile;
  static constexpr std::int64_t longest_run = 16;  // steps: what is packed of a fits the first cache beside its columns of b
  /// The tiles' numbers: four sums, two of a, two of b.
  static constexpr int sums = 0, left = 4, right = 6;

  /// Steps of so many pairs each, along the depth from `first` on.
  struct Run {
    std::int64_t first, pairs, steps;
  };
  /// Rows of a as the tiles read them: pairs side by side.
  struct Left {
    const BfloatPair* at;
    std::int64_t row;
  };
  struct Block {
    std::int64_t row, rows, column;
  };

  static std::int64_t ceiling(std::int64_t n, std::int64_t by) { return (n + by - 1) / by; }

  /// What is less than a tile's pairs is a run of its own, because the shapes of its tiles are others.
  Run run_at(std::int64_t first) const {
    const std::int64_t rest = p_.depth - first, steps = rest / pairs_of_a_tile;
    if (steps > 0 || rest == 0) return {first, pairs_of_a_tile, std::min(steps, longest_run)};
    return {first, rest, 1};
  }

  void multiply_rows(const Run& run, std::int64_t row) {
    const std::int64_t rows = std::min(block_rows, p_.rows - row);
    configure(rows, run.pairs);
    const Left a = left_of(run, row, rows);
    for (std::int64_t column = 0; column < p_.columns; column += block_columns) {
      const Block block{row, rows, column};
      const bool one_row = rows <= rows_of_a_tile, one_column = p_.columns - column <= columns_of_a_tile;
      if (one_row && one_column) multiply_block<1, 1>(run, block, a);
      if (one_row && !one_column) multiply_block<1, 2>(run, block, a);
      if (!one_row && one_column) multiply_block<2, 1>(run, block, a);
      if (!one_row && !one_column) multiply_block<2, 2>(run, block, a);
    }
  }

  void configure(std::int64_t rows, std::int64_t pairs) {
    TileShapes shapes;
    const auto shape = [&](int tile, std::int64_t tile_rows, std::int64_t bytes) {
      shapes.rows[tile] = static_cast<std::uint8_t>(tile_rows);
      shapes.bytes[tile] = static_cast<std::uint16_t>(tile_rows > 0 ? bytes : 0);
    };
    for (int half = 0; half < 2; ++half) {
      const std::int64_t here = std::clamp<std::int64_t>(rows - half * rows_of_a_tile, 0, rows_of_a_tile);
      shape(sums + 2 * half, here, columns_of_a_tile * std::int64_t{sizeof(float)});
      shape(sums + 2 * half + 1, here, columns_of_a_tile * std::int64_t{sizeof(float)});
      shape(left + half, here, pairs * std::int64_t{sizeof(BfloatPair)});
      shape(right + half, pairs, columns_of_a_tile * std::int64_t{sizeof(BfloatPair)});
    }
    if (std::memcmp(&shapes, &shapes_, sizeof shapes) == 0) return;
    shapes_ = shapes;
    tiles_.configure(shapes_);
  }

  Left left_of(const Run& run, std::int64_t row, std::int64_t rows) {
    const BfloatPair* a = p_.a + row * p_.a_row + run.first * p_.a_depth;
    if (p_.a_depth == 1) return {a, p_.a_row};
    const std::int64_t pairs = run.pairs * run.steps;
    if (p_.a_row == 1) {  // a pair is moved whole, as the float of its four bytes
      vector::transpose(reinterpret_cast<const float*>(a), pairs, rows, p_.a_depth, reinterpret_cast<float*>(packed_), pairs);
    } else {
      for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t k = 0; k < pairs; ++k) packed_[r * pairs + k] = a[r * p_.a_row + k * p_.a_depth];
    }
    return {packed_, pairs};
  }

  template <int ROWS, int COLUMNS>
  void multiply_block(const Run& run, const Block& block, const Left& a) {
    const BfloatPair* b = p_.b + run.first * p_.b_row + block.column;
    float* c = p_.c + block.row * p_.c_row + block.column;
    const bool starts = p_.start != nullptr && !p_.accumulate && run.first == 0;
    if (starts) {
      for (std::int64_t r = 0; r < block.rows; ++r)
        std::fill_n(c + r * p_.c_row, COLUMNS * columns_of_a_tile, p_.start[(block.row + r) * p_.start_row]);
    }
    begin<ROWS, COLUMNS>(c, starts || p_.accumulate || run.first > 0);
    for (std::int64_t step = 0; step < run.steps; ++step) {
      const std::int64_t asked = asking_.steps(lines_a_step_);
      for (std::int64_t i = 0; i < asked; ++i) asking_.ask(i);
      asking_.done(asked);
      add<ROWS, COLUMNS>(a.at + step * run.pairs, a.row, b + step * run.pairs * p_.b_row);
    }
    store<ROWS, COLUMNS>(c);
  }

  template <int ROWS, int COLUMNS>
  void begin(const float* c, bool from_c) {
    const std::int64_t row = bytes_of(p_.c_row);
    if (!from_c) {
      tiles_.template zero<sums>();
      if constexpr (COLUMNS == 2) tiles_.template zero<sums + 1>();
      if constexpr (ROWS == 2) tiles_.template zero<sums + 2>();
      if constexpr (ROWS == 2 && COLUMNS == 2) tiles_.template zero<sums + 3>();
      return;
    }
    tiles_.template load<sums>(c, row);
    if constexpr (COLUMNS == 2) tiles_.template load<sums + 1>(c + columns_of_a_tile, row);
    if constexpr (ROWS == 2) tiles_.template load<sums + 2>(c + rows_of_a_tile * p_.c_row, row);
    if constexpr (ROWS == 2 && COLUMNS == 2) tiles_.template load<sums + 3>(c + rows_of_a_tile * p_.c_row + columns_of_a_tile, row);
  }

  template <int ROWS, int COLUMNS>
  void add(const BfloatPair* a, std::int64_t a_row, const BfloatPair* b) {
    tiles_.template load<left>(a, bytes_of(a_row));
    tiles_.template load<right>(b, bytes_of(p_.b_row));
    tiles_.template multiply<sums, left, right>();
    if constexpr (COLUMNS == 2) {
      tiles_.template load<right + 1>(b + columns_of_a_tile, bytes_of(p_.b_row));
      tiles_.template multiply<sums + 1, left, right + 1>();
    }
    if constexpr (ROWS == 2) {
      tiles_.template load<left + 1>(a + rows_of_a_tile * a_row, bytes_of(a_row));
      tiles_.template multiply<sums + 2, left + 1, right>();
    }
    if constexpr (ROWS == 2 && COLUMNS == 2) tiles_.template multiply<sums + 3, left + 1, right + 1>();
  }

  template <int ROWS, int COLUMNS>
  void store(float* c) {
    const std::int64_t row = bytes_of(p_.c_row);
    tiles_.template store<sums>(c, row);
    if constexpr (COLUMNS == 2) tiles_.template store<sums + 1>(c + columns_of_a_tile, row);
    if constexpr (ROWS == 2) tiles_.template store<sums + 2>(c + rows_of_a_tile * p_.c_row, row);
    if constexpr (ROWS == 2 && COLUMNS == 2) tiles_.template store<sums + 3>(c + rows_of_a_tile * p_.c_row + columns_of_a_tile, row);
  }

  /// Floats and pairs alike.
  static std::int64_t bytes_of(std::int64_t row) { return row * 4; }

  Tiles& tiles_;
  const MultiplyPairs& p_;
  Asking asking_;
  std::int64_t lines_a_step_ = 0;
  TileShapes shapes_{.palette = 0};
  alignas(64) BfloatPair packed_[block_rows * longest_run * pairs_of_a_tile];
};

template <class Tiles>
void multiply_by(Tiles& tiles, const MultiplyPairs& p) {
  TileProduct<Tiles>(tiles, p).run();
}

}  // namespace encore::kernel
