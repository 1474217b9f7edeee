// The table of the options of `encore events`.
#include "settings/events_settings.h"

namespace encore {

const OptionTable<EventsSettings>& events_options() {
  using S = EventsSettings;
  static const OptionTable<S> table = {
      {.name = "ACTION",
       .member = &S::action,
       .value_name = "",
       .sentence = "inspect: read every event, check sums and numbers, and say what there is; erase: take out what forgotten users said.",
       .choices = {"inspect", "erase"},
       .required = true},
      {.name = "FOLDER",
       .member = &S::folder,
       .value_name = "",
       .sentence = "A folder of events, as `encore serve --events` keeps it; the server may run meanwhile, but not to erase.",
       .required = true},
  };
  return table;
}

}  // namespace encore
