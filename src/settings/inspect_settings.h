// The options of `encore inspect`. Not what it shows (commands/inspect.cpp).
#pragma once
#include <string>
#include "settings/option.h"

namespace encore {

struct InspectSettings {
  std::string path;
};

const OptionTable<InspectSettings>& inspect_options();

}  // namespace encore
