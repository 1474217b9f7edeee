// Lists whose films are not all alike: maximal marginal relevance. Not the scores (model/recommender.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "model/top_items.h"
#include "recommendation/similar.h"

namespace encore {

/// Chooses k of `pool` (best first), one after the other, each time the film i that is greatest in
///   (1 − diversity) · relevance(i) − diversity · max over the chosen films j of cos(i, j)
/// where relevance(i) = 1 − (place of i in the pool, from 0) ÷ (size of the pool), so that it does not depend on what
/// the scores say, and cos is that of the films' vectors. `before`: films of earlier pages, which count as chosen. Equal
/// ones by their place in the pool. Carbonell and Goldstein 1998, "The Use of MMR, Diversity-Based Reranking".
/// `diversity` from 0 (the pool's own order) to 1. Needs ItemVectors::any().
std::vector<ScoredItem> diversified(const ItemVectors& vectors, const std::vector<ScoredItem>& pool, std::int64_t k,
                                    double diversity, std::span<const std::int32_t> before);

}  // namespace encore
