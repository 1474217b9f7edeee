// Any text as options in JSON, as the Python package and Spark send them.
#include "options/settings_json.h"
#include "settings/recommend_settings.h"
#include "settings/train_settings.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const std::string text = fuzz::text_of(data, size);
  fuzz::refuses_or_understands([&] { settings_from_json(train_options(), text); });
  fuzz::refuses_or_understands([&] { settings_from_json(recommend_options(), text); });
  return 0;
}
