// The inverse of a symmetric positive definite matrix, in its own memory, the same bits for any number of threads. Not where
// the matrix comes from (gram.h).
#pragma once
#include <cstdint>
#include <functional>

#include "linear/square_matrix.h"

namespace encore {

/// A's negative inverse in A's place, from the upper half alone; both halves are filled afterwards. Returns false, with A
/// spoiled, when A is not positive definite.
///
/// Block Gauss–Jordan elimination on the diagonal ("sweep operator", Goodnight 1979, The American Statistician 33(3)), which
/// needs no second matrix: M³ floating-point operations, as many as a Cholesky factorisation with the inverse made of it.
/// Tiles of fixed size meet in a fixed order; a tile on the diagonal is inverted in double.
/// `on_progress` hears the share that is done, between 0 and 1, on the calling thread; where it returns false the inverse
/// stops and false is returned.
bool invert_negated(SquareMatrix& a, int threads, const std::function<bool(double)>& on_progress = {});

/// What it needs beside the matrix, in bytes.
std::int64_t inverse_workspace_bytes(std::int64_t size);

}  // namespace encore
