// The options of `encore health`. Not the asking (serve/http_probe.h).
#pragma once
#include <cstdint>
#include <string>
#include "settings/option.h"

namespace encore {

struct HealthSettings {
  std::string host = "127.0.0.1";
  std::int64_t port = 8000;
  double timeout = 2;
};

const OptionTable<HealthSettings>& health_options();

}  // namespace encore
