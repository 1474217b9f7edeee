// What `encore recommend` and `encore similar` say, as functions over a model that is open already: the program opens one
// for each command, the C interface one for many.
#pragma once
#include "console/output.h"
#include "recommendation/desk.h"
#include "settings/recommend_settings.h"
#include "settings/similar_settings.h"

namespace encore {

/// Answer as the commands do; the settings' own `model` is not looked at. Throw UserError.
void recommend(const Desk&, const RecommendSettings&, const Output&);
void list_similar(const Desk&, const SimilarSettings&, const Output&);

}  // namespace encore
