// The closed form of linear autoencoders whose matrix lies with several processes: each computes its rows of G, takes part in the
// inverse, and keeps its rows or columns of B. The formulas are closed_form.h's, and so are the bits. Not how the likes came to all
// processes, nor who chooses λ (models/shared_ease.cpp).
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "linear/closed_form.h"
#include "linear/item_rows.h"
#include "linear/tile_shares.h"

namespace encore {

/// What a process has of B's items [first, first + count): the rows, which a dense model stores, or the columns, of which the
/// largest weights can be kept.
enum class Side : std::uint8_t { rows, columns };

/// (XᵀX + diag γ)⁻¹ negated: this process's rows, or columns as rows.
struct SharedGram {
  MatrixRows inverse;
  std::vector<double> added;  ///< γ [M]
};

/// Everybody has the same likes. Where closed_form.h goes by way of the users, every process inverts the matrix of U² numbers
/// itself and shares what follows; else G's rows and the inverse are shared (shared_inverse.h). `on_step` as there. Throws UserError,
/// on every process, when rounding leaves no positive definite matrix.
SharedGram solve_shared(const LikeMatrix&, double l2, double denoise, Side, const Sharers&, int threads,
                        const std::function<void(std::int64_t)>& on_step = {});

/// This process's rows of B, in its own memory. Exchanges the diagonal.
void finish_rows(SharedGram&, double relax, const Sharers&, int threads);

/// Of this process's columns of B the largest weights (largest_of_columns); the table's items are those from `inverse.first` on.
NeighbourTable largest_of_own_columns(const SharedGram&, double relax, std::int64_t keep, int threads);

/// What one of so many processes needs, in bytes, beside the likes. `users`: with a like, or an upper bound.
std::int64_t shared_form_bytes(std::int64_t items, std::int64_t users, int processes);

}  // namespace encore
