// A closed form (closed_form.h) that gets further items, without another inverse of its size: their columns and rows as a training with
// them would make them. Not what is done with them where little is known of the items (models/rated_items_linear.cpp).
#pragma once
#include <cstdint>
#include <vector>

#include "linear/closed_form.h"
#include "linear/like_matrix.h"
#include "model/safetensors.h"

namespace encore {

/// What B gets for m further items; numbers for all M items of the likes, 0 for one that nobody likes.
struct Border {
  std::vector<std::vector<float>> into;     ///< [m][M] what a like of each item adds to the new one: its column
  std::vector<std::vector<float>> out_of;   ///< [m][M] what a like of the new one adds to each item: its row; empty without `weights`
  std::vector<std::vector<float>> between;  ///< [m][m] what a like of the first adds to the second
};

/// With A = XᵀWX + diag γ, C = A⁻¹, and of new items with the columns of likes Y: b = XᵀWY, V = A⁻¹b,
/// S = YᵀWY + diag γ' − bᵀV, the inverse of the larger matrix is (Hager 1989, "Updating the inverse of a matrix")
///   C + V·S⁻¹·Vᵀ, beside it −V·S⁻¹, and S⁻¹ for the new ones,
/// and the new columns and rows of B follow from it as from any other (column_scales). V comes by conjugate gradients through the
/// users' rows, C's diagonal from `weights`, the B [M × M] that these likes have made. Columns of items that were there change in a
/// training, too; these are left alone. `liked_by`: of each new item the rows of `likes` that like it, ascending; a row may be empty.
Border bordered_form(const LikeMatrix& likes, const ClosedForm&, const std::vector<std::vector<std::int32_t>>& liked_by,
                     const TensorView* weights, int threads);

}  // namespace encore
