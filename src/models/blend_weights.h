// The weights of a blend, chosen on validation users so that a few dozen of them cannot take a good part's weight away. Not what a
// weight multiplies (blend_model.h).
#pragma once
#include <memory>
#include <vector>

#include "dataset/dataset.h"
#include "model/model.h"

namespace encore {

/// [parts], summing to 1. Every mixture in tenths (of four parts and more: in fifths) is judged by the NDCG@100 of each validation
/// user; then, for each of 500 resamples of these users with replacement (Efron 1979), the mixture is found that is best for
/// it, and what is returned is the mean of these ("bagging", Breiman 1996): the flatter the top and the fewer the users, the
/// nearer to equal weights. The same for any number of threads. Needs at least one validation user with something to find.
std::vector<double> weights_for_validation_users(const std::vector<std::shared_ptr<const Model>>& parts, const Dataset&,
                                                 int threads);

/// All ways to cut `steps` equal steps among `parts`, each way [parts], in lexicographic order.
std::vector<std::vector<int>> mixtures(int parts, int steps);
/// The mean over resamples of the best mixture. `quality` [mixtures][users].
std::vector<double> resampled_mean(const std::vector<std::vector<int>>& ways, const std::vector<std::vector<double>>& quality);

}  // namespace encore
