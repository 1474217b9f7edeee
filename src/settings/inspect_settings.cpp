// The table of the options of `encore inspect`.
#include "settings/inspect_settings.h"

namespace encore {

const OptionTable<InspectSettings>& inspect_options() {
  static const OptionTable<InspectSettings> table = {
      {.name = "DATASET|MODEL",
       .member = &InspectSettings::path,
       .value_name = "",
       .sentence = "A dataset folder that `encore prepare` wrote, or a model folder that `encore train` wrote.",
       .required = true},
  };
  return table;
}

}  // namespace encore
