// The inverse of one tile on the diagonal: the part of the block elimination that runs in double, one number at a time. Not the
// elimination of the whole matrix (symmetric_inverse.h, shared_inverse.h).
#pragma once
#include <cstdint>
#include <vector>

namespace encore {

constexpr std::int64_t inverse_tile = 192;         ///< three of them in a second-level cache
constexpr std::int64_t inverse_tile_stride = 208;  ///< an odd number of cache lines: neighbouring rows never share a set

/// −P with P the inverse of a symmetric positive definite tile of `size` rows, of which the upper half is read, rows `stride` apart.
/// Into `to`, rows inverse_tile_stride apart, both halves. `work` is what it computes in. False: a pivot is not positive.
bool invert_pivot(const float* from, std::int64_t size, std::int64_t stride, float* to, std::vector<double>& work);

}  // namespace encore
