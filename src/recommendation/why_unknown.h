// Why ratings of some films say nothing to a model, in words. Which films these are: Model::knows.
#pragma once
#include <string>
#include <string_view>
#include "model/trained_model.h"

namespace encore {

/// Whether a film that the model does not know is one that no training user had as an input: not where weights to other films are all that
/// there is of a film (the layers of `ease` and `item-knn`), because one that somebody liked need not have any.
bool says_who_liked(const TrainedModel& model);

/// "no training user likes FILMS" (or "rated"); where the model cannot tell, "the model relates FILMS to no other film". `films`: their
/// names, or "it", or "them".
std::string why_unknown(const TrainedModel& model, std::string_view films);

}  // namespace encore
