// G = XᵀX of likes, each row times its weight: how many users liked both of two items. Not what becomes of it (closed_form.h).
#pragma once
#include "linear/like_matrix.h"
#include "linear/square_matrix.h"

namespace encore {

/// Adds G's upper half, the diagonal included, to a matrix of the size of the catalogue, row by row on so many threads.
/// Counts below 2²⁴ are exact; with weights each sum runs over the users in ascending order.
void add_gram(const LikeMatrix&, SquareMatrix& to, int threads);

}  // namespace encore
