// Several models of one dataset as one: a film's score is Σ over the parts of weight · (score − the row's mean) ÷ the row's
// standard deviation, over all films; what a softmax gives counts as probability. Not how the parts and weights come about
// (blend.cpp).
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/model_source.h"

namespace encore {

struct BlendPart {
  std::shared_ptr<const Model> model;
  double weight = 0;  ///< 0: not asked at all
};

/// Parts listen to the same input. Tensors have the number of their part in front: "0.item_weights".
std::shared_ptr<const Model> blend_model(std::vector<BlendPart> parts);

/// A part that keeps, in standard form, the scores of all rows that it was ever asked for: items · 4 bytes each.
std::shared_ptr<const Model> remembered_scores(std::shared_ptr<const Model>);

/// Opens one part by the name of its kind.
using OpenPartOfBlend = std::shared_ptr<const Model> (*)(const std::string& kind, const ModelSource&);
/// Throws UserError naming file and key or tensor.
std::shared_ptr<const Model> open_blend(const ModelSource&, OpenPartOfBlend open);

}  // namespace encore
