// Which options a kind of model listens to. An option that would change nothing is refused, and this says which those are.
#pragma once
#include <string_view>

#include "models/model_kind.h"
#include "settings/train_settings.h"

namespace encore {

/// The first given option that the kind does not listen to; empty: there is none. What only says on what and where a training
/// runs is everybody's.
std::string_view first_unheard(const ModelKind&, const TrainSettings&);

}  // namespace encore
