// The inverse of a symmetric positive definite matrix whose rows lie with several processes: the bits of one process
// (symmetric_inverse.h), and nobody holds more than its rows and a panel. Not where the matrix comes from (shared_form.h).
#pragma once
#include <cstdint>
#include <functional>

#include "linear/tile_shares.h"

namespace encore {

/// A's negative inverse in A's place, each process its rows; of A the tiles that TileShares keeps are read, afterwards all is filled.
/// Returns false, on every process, with A spoiled, when A is not positive definite.
///
/// The elimination of invert_negated, step by step in the same order: for tile k of the diagonal the panel A[k][·] travels to
/// everybody (192 rows of M floats, M²·4 bytes in all), everybody inverts A[k][k] and updates its own tiles; half as much again goes
/// around at the end, when both halves are filled. A tile's sums start from it and run upwards whichever of the pair is kept, so its
/// bits do not depend on the number of processes, nor on threads. `on_step` hears k on the calling thread and may throw. Errors
/// beside its own are those of `gather`.
bool invert_shared(MatrixRows& a, const Sharers&, int threads, const std::function<void(std::int64_t)>& on_step = {});

/// What it needs beside the rows, in bytes: panels, and what travels.
std::int64_t shared_inverse_workspace_bytes(std::int64_t size);

}  // namespace encore
