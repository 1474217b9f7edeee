// Metrics of ranked lists as pure functions, each under its formula. `ranked` is a list of items, best first, without
// the items that went in; `targets` are the items to be found, ascending, at least one. hits(k) = number of targets
// among the first k. Which of them a judgement holds, and under which names, says metric_table.h.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace encore {

using Items = std::span<const std::int32_t>;

/// Recall@k = hits(k) / min(k, |targets|)   (Liang et al. 2018, eq. 13: 1 when the first k hold all that they can)
double recall_at(std::int64_t k, Items ranked, Items targets);

/// hits(k) / |targets|: the recall of information retrieval, of RecBole, RecTools, ranx and LightGCN's code; below 1 for
/// everybody with more than k targets.
double recall_of_all_at(std::int64_t k, Items ranked, Items targets);

/// Precision@k = hits(k) / k, also when the list is shorter than k.
double precision_at(std::int64_t k, Items ranked, Items targets);

/// NDCG@k = DCG@k / IDCG@k,  DCG@k = Σ_{r=1…k} [ranked_r ∈ targets] / log₂(r + 1),  IDCG@k = Σ_{r=1…min(k, |targets|)}
/// 1 / log₂(r + 1) (binary gains, ideal list cut at k; Järvelin and Kekäläinen 2002).
double ndcg_at(std::int64_t k, Items ranked, Items targets);

/// 1 when hits(k) > 0, else 0.
double hit_at(std::int64_t k, Items ranked, Items targets);

/// 1 / r of the first target's rank r, 0 when r > k (Voorhees 1999).
double reciprocal_rank_at(std::int64_t k, Items ranked, Items targets);

/// AP@k = 1/min(k, |targets|) · Σ_{r=1…k} [ranked_r ∈ targets] · hits(r)/r. RecBole divides alike; ranx and RecTools
/// divide by |targets|.
double average_precision_at(std::int64_t k, Items ranked, Items targets);

/// Mean over the list's first k of −log₂(users who rated the item / users) (Zhou et al. 2010: mean self-information;
/// RecTools' MeanInvUserFreq). `surprise` [M] holds the logarithms. Nothing for an empty list.
std::optional<double> novelty_at(std::int64_t k, Items ranked, std::span<const double> surprise);

/// Mean over all pairs of the list's first k of 1 − |A ∩ B| / |A ∪ B|, A and B their genres (intra-list diversity,
/// Ziegler et al. 2005, with Jaccard's distance). `genres` [M], ascending numbers. Pairs of which one has no genre do
/// not count; nothing without a pair that counts.
std::optional<double> diversity_at(std::int64_t k, Items ranked, std::span<const std::vector<std::int32_t>> genres);

/// Share of k that the user is known to dislike: |first k ∩ disliked| / k. `disliked`, ascending: what they rated low
/// (is_disliked) and what neither went in nor was hidden. Nothing for a user who disliked nothing.
std::optional<double> harm_at(std::int64_t k, Items ranked, Items disliked);

/// How often each of n candidates was shown → share of the candidates that were shown at all; nothing without
/// candidates.
std::optional<double> coverage_of(std::span<const std::int64_t> exposures);

/// G = Σ_{i=1…n} (2i − n − 1)·c_i / (n · Σ c), c ascending: 0 when all candidates are shown alike, near 1 when few get
/// all. Nothing when nothing was shown.
std::optional<double> gini_of(std::vector<std::int64_t> exposures);

/// What the first k of a list were: for exposures.
Items first_of(Items ranked, std::int64_t k);

}  // namespace encore
