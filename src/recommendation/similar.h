// Films that the model takes for alike: nearest vectors of films, or what follows from one film alone. Not a person's
// recommendations (recommender.h).
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>
#include "model/top_items.h"
#include "model/trained_model.h"

namespace encore {

/// The vectors of a model's items, with their lengths. Keeps a reference to the model; thread-safe.
class ItemVectors {
 public:
  explicit ItemVectors(const TrainedModel& model);

  /// Whether the model has vectors of items.
  bool any() const { return !length_.empty(); }
  /// What the numbers of `similar` are: "cosine" of vectors, or the model's own "score".
  std::string_view measure() const { return any() ? "cosine" : "score"; }
  /// cos(a, b) = Σ a_h b_h / (|a| · |b|), from −1 to 1; 0 where a length is 0.
  double cosine(std::int32_t a, std::int32_t b) const;
  /// The k films whose vectors (of a network: rows of the output layer without biases) have the greatest cosine with that of
  /// `item`, best first, equal ones by item; `item` itself, films without a training rating and those whose `fits` is 0
  /// (empty: all fit) left out. Of a model without vectors the score for somebody who likes `item` alone. Throws UserError
  /// for a model that does not listen to anybody (popularity) and for a film that the training never saw, or nobody liked.
  std::vector<ScoredItem> similar(std::int32_t item, std::int64_t k, std::span<const std::uint8_t> fits = {}) const;

 private:
  const TrainedModel& trained_;
  std::vector<double> length_;
};

}  // namespace encore
