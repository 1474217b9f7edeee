// What kinds that are made on one machine ask of their surroundings before they begin.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "linear/like_matrix.h"
#include "training/fit.h"

namespace encore {

/// Throws UserError when this is one process of several, with the kinds that train there.
void require_one_process(const FitContext&, std::string_view kind);
/// Throws UserError when no training user likes anything.
void require_likes(const LikeMatrix&);
/// Validation users with something to find.
std::int64_t ranking_users(const Dataset&);
/// NDCG@100 of each validation user with something to find.
std::vector<double> validation_ndcgs(const Model&, const Dataset&, int threads);
/// Mean NDCG@100 over the validation users.
double validation_ndcg(const Model&, const FitContext&);

}  // namespace encore
