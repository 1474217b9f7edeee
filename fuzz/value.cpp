// Any word as the value of an option: numbers, sizes, years, scales.
#include "settings/value_text.h"
#include <cmath>
#include <cstdlib>
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const std::string word = fuzz::text_of(data, size);
  parse_whole_number(word);
  if (const auto number = parse_number(word); number && !std::isfinite(*number)) std::abort();
  if (const auto bytes = parse_size(word); bytes && *bytes < 1) std::abort();
  if (const auto years = parse_years(word); years && years->second < years->first) std::abort();
  if (const auto scale = parse_scale(word); scale && !(scale->first < scale->second)) std::abort();
  return 0;
}
