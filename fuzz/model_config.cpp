// Any text as a model's config.json; what is understood can be written and understood again.
#include "model/model_config.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  fuzz::refuses_or_understands([&] { parse_config(fuzz::text_of(data, size), "config.json"); });
  return 0;
}
