// Whole rows of tiles to everybody, as even as they go.
#include "linear/tile_shares.h"

#include <algorithm>

#include "kernel/index.h"
#include "linear/pivot_inverse.h"

namespace encore {
namespace {

std::int64_t tiles_of(std::int64_t size) { return (kernel::padded(size) + inverse_tile - 1) / inverse_tile; }

}  // namespace

TileShares::TileShares(std::int64_t size, const Sharers& sharers)
    : tiles(tiles_of(size)), process(sharers.process), processes(sharers.processes) {}

MatrixRows MatrixRows::zeros(std::int64_t size, const Sharers& sharers) {
  const TileShares shares(size, sharers);
  const std::int64_t stride = kernel::padded(size), first = std::min(shares.first() * inverse_tile, size);
  const std::int64_t end = std::min(shares.last() * inverse_tile, stride);
  return {size, stride, first, std::min(end, size) - first, kernel::AlignedFloats(at(std::max<std::int64_t>(end - first, 0) * stride))};
}

std::int64_t MatrixRows::bytes(std::int64_t size, int processes) {
  const std::int64_t rows = std::min((tiles_of(size) + processes - 1) / processes * inverse_tile, kernel::padded(size));
  return rows * kernel::padded(size) * 4;
}

}  // namespace encore
