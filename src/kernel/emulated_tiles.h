// Tiles of bfloat16 as Intel defines them, on any processor, one number at a time: what the processor's own are compared with when they
// are used first (tile_instructions.cpp), and what tests run where there are none. Not fast. Where the processor would raise an exception
// these throw std::logic_error.
#pragma once
#include <array>
#include <cstdint>

#include "kernel/tiles.h"

namespace encore::kernel {

class EmulatedTiles {
 public:
  void configure(const TileShapes&);
  void release() { tiles_ = {}, configured_ = false; }
  bool configured() const { return configured_; }

  void zero(int tile);
  void load(int tile, const void* from, std::int64_t row_bytes);
  void store(int tile, void* to, std::int64_t row_bytes) const;
  /// sum += a · b
  void multiply(int sum, int a, int b);

  template <int TILE>
  void zero() {
    zero(TILE);
  }
  template <int TILE>
  void load(const void* from, std::int64_t row_bytes) {
    load(TILE, from, row_bytes);
  }
  template <int TILE>
  void store(void* to, std::int64_t row_bytes) const {
    store(TILE, to, row_bytes);
  }
  template <int SUM, int A, int B>
  void multiply() {
    multiply(SUM, A, B);
  }

 private:
  struct Tile {
    int rows = 0, bytes = 0;
    union {
      float numbers[16][16] = {};
      BfloatPair pairs[16][16];
    };
  };
  const Tile& valid(int tile) const;
  Tile& valid(int tile);
  static void add_products(Tile& sum, const Tile& a, const Tile& b);

  std::array<Tile, 8> tiles_{};
  bool configured_ = false;
};

}  // namespace encore::kernel
