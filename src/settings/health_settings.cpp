// The table of the options of `encore health`.
#include "settings/health_settings.h"

namespace encore {

const OptionTable<HealthSettings>& health_options() {
  using S = HealthSettings;
  static const OptionTable<S> table = {
      {.name = "--host",
       .member = &S::host,
       .value_name = "ADDRESS",
       .sentence = "The address that the server listens on."},
      {.name = "--port",
       .member = &S::port,
       .value_name = "PORT",
       .sentence = "Its port; plain HTTP.",
       .low = 1,
       .high = 65535},
      {.name = "--timeout",
       .member = &S::timeout,
       .value_name = "SECONDS",
       .sentence = "How long to wait for its answer.",
       .low = 0.1,
       .high = 3600},
  };
  return table;
}

}  // namespace encore
