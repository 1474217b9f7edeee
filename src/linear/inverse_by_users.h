// The inverse that closed forms need by way of the users: where there are fewer of them than items, a matrix of their size is
// inverted in place of one of the items' size. Not the direct way (symmetric_inverse.h).
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "linear/like_matrix.h"
#include "linear/square_matrix.h"

namespace encore {

/// (XᵀX + diag γ)⁻¹ negated, [M × M], into `to`, which is zero. By Woodbury's identity (Hager 1989, "Updating the inverse of a
/// matrix", eq. 2), with Γ = diag 1/γ:
///   (XᵀX + diag γ)⁻¹ = Γ − ΓXᵀ·K⁻¹·XΓ,  K = I + XΓXᵀ [U × U], X's rows times the root of their weight,
/// which takes U³ + likes · (U + M) operations, not M³. The same bits for any number of threads. `added`: γ [M], above 0.
/// `on_progress` as in invert_negated; false: it returned false, or K is not positive definite in numbers of 24 bits.
bool invert_by_users(const LikeMatrix&, const std::vector<double>& added, SquareMatrix& to, int threads,
                     const std::function<bool(double)>& on_progress = {});

/// The two steps of it. −K⁻¹ first; empty: `on_progress` returned false, or K is not positive definite.
SquareMatrix invert_users(const LikeMatrix&, const std::vector<double>& added, int threads,
                          const std::function<bool(double)>& on_progress = {});

/// Rows and columns of a matrix, in memory that is zero: its rows `stride` apart, a multiple of 16.
struct MatrixBlock {
  std::int64_t first_row, last_row, first_column, last_column;
  float* values;  ///< on a border of 64 bytes
  std::int64_t stride;
};
/// Then a block of the result, whose numbers do not depend on the block.
void fill_by_users(const LikeMatrix&, const std::vector<double>& added, const SquareMatrix& users, MatrixBlock to, int threads);

/// Whether it is the cheaper way.
bool fewer_users(std::int64_t users, std::int64_t items);
/// What it needs beside `to`, in bytes.
std::int64_t by_users_workspace_bytes(std::int64_t users, std::int64_t items);

}  // namespace encore
