// The options of `encore events`. Not what it shows (commands/events.cpp).
#pragma once
#include <string>
#include "settings/option.h"

namespace encore {

struct EventsSettings {
  std::string action;
  std::string folder;
};

const OptionTable<EventsSettings>& events_options();

}  // namespace encore
