// Linear autoencoders in closed form: EASE, its denoising form EDLAE and its relaxed form RDLAE, which differ by what is added
// to the diagonal and by how each column is scaled. Not who chooses λ, p and ξ (models/ease.cpp).
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "linear/like_matrix.h"
#include "linear/square_matrix.h"
#include "process/error.h"

namespace encore {

/// What the closed forms have to be told.
struct ClosedForm {
  double l2 = 500;     ///< λ: added to every diagonal element; above 0
  double denoise = 0;  ///< p: the share of a user's likes that is left out, 0 ≤ p < 1; adds p/(1−p)·G[j][j]
  double relax = 0;    ///< ξ: how far the diagonal may rise above 0, 0 ≤ ξ ≤ 1
  double balance = 0;  ///< weigh_users, before anything else
};

/// (XᵀX + diag γ)⁻¹ with γ = λ + p/(1−p)·diag(XᵀX): what all ξ have in common.
struct SolvedGram {
  SquareMatrix inverse;       ///< negated
  std::vector<double> added;  ///< γ [M]
};

/// γ [M].
std::vector<double> added_to_diagonal(const LikeMatrix&, double l2, double denoise);

/// M²·4 bytes and a little; by way of the users where that is cheaper (inverse_by_users.h), with U²·4 bytes more.
/// `on_progress` as in invert_negated; an empty result means that it returned false. Throws UserError when rounding leaves no
/// positive definite matrix: λ is too small.
SolvedGram solve_gram(const LikeMatrix&, double l2, double denoise, int threads,
                      const std::function<bool(double)>& on_progress = {});

/// λ is too small for numbers of 24 bits.
UserError not_invertible(double l2);

/// What column j of the negated inverse is multiplied by, C the inverse: max(γ[j], (1 − ξ)/C[j][j]). [M]
///
/// ξ = 0 gives EASE, B = −P/diag P (Steck 2019, "Embarrassingly shallow autoencoders for sparse data", eq. 8), and with p > 0
/// EDLAE (Steck 2020, "Autoencoders that don't overfit towards the identity"). Else RDLAE (Moon, Kim and Lee 2023, "It's enough:
/// relaxing diagonal constraints in linear autoencoders for recommendation"): W = −C·diag(γ + μ) with
/// μ = max(0, (1 − ξ)/diag C − γ).
std::vector<float> column_scales(const SolvedGram&, double relax);
/// Of one column: γ[j] and the negated inverse's diagonal.
float scale_of_column(double added, float diagonal, double relax);

/// B[i][j] = the negated inverse · scale[j], diagonal 0, in its own memory.
void scale_columns(SquareMatrix& negated_inverse, const std::vector<float>& scale, int threads);

/// Everything: B [M × M].
SquareMatrix closed_form(const LikeMatrix&, const ClosedForm&, int threads,
                         const std::function<bool(double)>& on_progress = {});

/// Bytes that it needs at its peak. `users`: with a like, or an upper bound.
std::int64_t closed_form_bytes(std::int64_t items, std::int64_t users);
/// Floating-point operations of one solve, about.
double closed_form_operations(std::int64_t items, std::int64_t users, std::int64_t likes);

}  // namespace encore
