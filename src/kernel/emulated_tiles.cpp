// The rules of LDTILECFG and the arithmetic of TDPBF16PS, as Intel's Software Developer's Manual (vol. 2) writes them down.
#include "kernel/emulated_tiles.h"

#include <bit>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "kernel/flush_to_zero.h"
#include "kernel/tile_instructions.h"

namespace encore::kernel {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

float upper_half(std::uint16_t half) { return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16); }

}  // namespace

void EmulatedTiles::configure(const TileShapes& shapes) {
  release();
  require(shapes.palette == 1 && shapes.start_row == 0, "tiles have palette 1 and start at row 0");
  for (const std::uint8_t byte : shapes.reserved) require(byte == 0, "reserved bytes of the tiles' shapes are zero");
  for (std::size_t t = 0; t < std::size(shapes.rows); ++t) {
    const int rows = shapes.rows[t], bytes = shapes.bytes[t];
    require(t < tiles_.size() || (rows == 0 && bytes == 0), "there are eight tiles");
    require(rows <= 16 && bytes <= 64, "a tile has at most 16 rows of 64 bytes");
    require((rows == 0) == (bytes == 0), "a tile has rows and bytes, or neither");
    if (t < tiles_.size()) tiles_[t].rows = rows, tiles_[t].bytes = bytes;
  }
  configured_ = true;
}

const EmulatedTiles::Tile& EmulatedTiles::valid(int tile) const {
  require(configured_, "no tiles are configured");
  const Tile& found = tiles_.at(static_cast<std::size_t>(tile));
  require(found.rows > 0, "a tile without rows is used");
  return found;
}

EmulatedTiles::Tile& EmulatedTiles::valid(int tile) { return const_cast<Tile&>(std::as_const(*this).valid(tile)); }

void EmulatedTiles::zero(int tile) { std::memset(valid(tile).numbers, 0, sizeof(Tile::numbers)); }

void EmulatedTiles::load(int tile, const void* from, std::int64_t row_bytes) {
  Tile& to = valid(tile);
  zero(tile);
  for (int r = 0; r < to.rows; ++r)
    std::memcpy(to.numbers[r], static_cast<const char*>(from) + r * row_bytes, static_cast<std::size_t>(to.bytes));
}

void EmulatedTiles::store(int tile, void* to, std::int64_t row_bytes) const {
  const Tile& from = valid(tile);
  for (int r = 0; r < from.rows; ++r)
    std::memcpy(static_cast<char*>(to) + r * row_bytes, from.numbers[r], static_cast<std::size_t>(from.bytes));
}

void EmulatedTiles::multiply(int sum, int a, int b) {
  Tile& c = valid(sum);
  const Tile &left = valid(a), &right = valid(b);
  require(sum != a && sum != b && a != b, "three tiles are multiplied, not the same one twice");
  require(c.bytes % 4 == 0 && left.bytes % 4 == 0 && right.bytes % 4 == 0, "rows of tiles are whole pairs");
  require(c.rows == left.rows && c.bytes == right.bytes && left.bytes / 4 == right.rows, "the tiles' shapes fit one another");
  const FlushToZero as_the_instruction_does;
  add_products(c, left, right);
}

/// Not inside its caller, which sets the processor to flush: the compiler does not know that arithmetic depends on it.
[[gnu::noinline]] void EmulatedTiles::add_products(Tile& sum, const Tile& a, const Tile& b) {
  for (int m = 0; m < sum.rows; ++m) {
    float even[16] = {}, odd[16] = {};
    for (int k = 0; k < a.bytes / 4; ++k) {
      for (int n = 0; n < sum.bytes / 4; ++n) {
        even[n] = std::fma(upper_half(a.pairs[m][k].even), upper_half(b.pairs[k][n].even), even[n]);
        odd[n] = std::fma(upper_half(a.pairs[m][k].odd), upper_half(b.pairs[k][n].odd), odd[n]);
      }
    }
    for (int n = 0; n < sum.bytes / 4; ++n) sum.numbers[m][n] += even[n] + odd[n];
  }
}

void vector::multiply_by_emulated_tiles(const MultiplyPairs& p) {
  EmulatedTiles tiles;
  multiply_by(tiles, p);
}

}  // namespace encore::kernel
