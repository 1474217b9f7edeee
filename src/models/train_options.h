// The options of `encore train`, as the parser, the help, the docs and Python see them; choices come from the tables of what
// they choose from. Not the settings that they fill (settings/train_settings.h).
#pragma once
#include <span>

#include "models/table.h"
#include "settings/train_settings.h"

namespace encore {

const OptionTable<TrainSettings>& train_options();

/// The same for other kinds than those of the table.
OptionTable<TrainSettings> train_options_of(std::span<const ModelKind>);

}  // namespace encore
