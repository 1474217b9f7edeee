// Errors of reconstruction, each under its formula. U users of a fold, M items; t = the cell's value, rating ÷ scale
// maximum where there is a rating and 0 elsewhere; y = the model's output for the user's full row (for a softmax p,
// summing to 1 over the row). All models are judged on the same cells, so their errors stand beside the same constants;
// the declarations are in evaluation.h.
//
//   mse           = 1/(U·M) · Σ_u Σ_i (y_ui − t_ui)²
//   mse_zero      = 1/(U·M) · Σ_u Σ_i t_ui²            what y = 0 reaches
//   mse_item_mean = 1/(U·M) · Σ_u Σ_i (μ_i − t_ui)²    μ_i = mean of t over all training users, zeros included
//   mse_floor     = 1/(U·M) · Σ_u min { |q − t_u|² : q ≥ 0, Σq = 1 }    no softmax can go below it
//   rmse_rated    = maximum · √( Σ (y − t)² / n )      over the n cells with a rating; full row in; in stars
//   rmse_held_out = the same over the target part of held-out users, the given part in
//
// Σ(y − t)² is computed as Σy² − 2Σyt + Σt²: the first sum runs over blocks, the others over the user's own cells only.
#pragma once
#include <span>
#include <vector>
#include "evaluation/evaluation.h"

namespace encore {

/// min { |q − t|² : q ≥ 0, Σq = 1 } over M cells of which `values` (> 0) are all that are not 0: the squared distance
/// to the simplex. Duchi, Shalev-Shwartz, Singer, Chandra (2008), figure 1: the projection is max(t − τ, 0) with one τ
/// for all cells; the M − n zeros are equal, so only the n others are sorted.
double squared_distance_to_simplex(std::span<const float> values, std::int64_t items);

/// μ_i: each item's mean value over all training users, zeros included. [M]
std::vector<double> item_means(const Dataset& dataset);

}  // namespace encore
