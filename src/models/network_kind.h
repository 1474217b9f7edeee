// A row of the table of kinds for a network: what all of them share. Not what tells them apart.
#pragma once
#include "models/model_kind.h"

namespace encore {

/// A kind that is trained epoch by epoch and answers as a network, from the parts that only its row can know.
ModelKind network_kind(std::string_view name, std::string_view sentence, Architecture, TrainingDefaults,
                       std::int64_t least_steps);

/// The options of a network whose output and loss belong to what it is.
std::vector<std::string_view> options_of_fixed_loss();

}  // namespace encore
