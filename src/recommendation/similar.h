// Films that the model takes for alike: nearest vectors of films, or what follows from one film alone. Not a person's
// recommendations (recommender.h).
#pragma once
#include <cstdint>
#include <vector>
#include "model/top_items.h"
#include "model/trained_model.h"

namespace encore {

/// The k films whose vectors (of a network: rows of the output layer without biases) have the greatest cosine with that of
/// `item`,
///   cos(a, b) = Σ a_h b_h / (|a| · |b|),
/// best first, `item` itself and films without a training rating left out. Of a model without vectors the score for somebody
/// who likes `item` alone. Throws UserError for a model that does not listen to anybody (popularity) and for a film that the
/// training never saw.
std::vector<ScoredItem> similar_items(const TrainedModel& model, std::int32_t item, std::int64_t k);

}  // namespace encore
