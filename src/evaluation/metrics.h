// Metrics of ranked lists as pure functions, each under its formula. `ranked` is a list of items, best first, without
// the items that went in; `targets` are the items to be found, ascending, at least one. hits(k) = number of targets
// among the first k.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace encore {

using Items = std::span<const std::int32_t>;

/// Recall@k = hits(k) / min(k, |targets|)   (Liang et al. 2018, eq. 13: 1 when the first k hold all that they can)
double recall_at(std::int64_t k, Items ranked, Items targets);

/// Precision@k = hits(k) / k, also when the list is shorter than k.
double precision_at(std::int64_t k, Items ranked, Items targets);

/// NDCG@k = DCG@k / IDCG@k,  DCG@k = Σ_{r=1…k} [ranked_r ∈ targets] / log₂(r + 1),  IDCG@k = Σ_{r=1…min(k, |targets|)}
/// 1 / log₂(r + 1) (binary gains, ideal list cut at k).
double ndcg_at(std::int64_t k, Items ranked, Items targets);

/// How often each of n candidates was shown → share of the candidates that were shown at all.
double coverage_of(std::span<const std::int64_t> exposures);

/// G = Σ_{i=1…n} (2i − n − 1)·c_i / (n · Σ c), c ascending: 0 when all candidates are shown alike, near 1 when few get
/// all.
double gini_of(std::vector<std::int64_t> exposures);

}  // namespace encore
