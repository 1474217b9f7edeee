// Any bytes as a study's results.json; what is understood can be compared, and the comparison written.
#include "study/compare.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const fuzz::BytesAsFile file(data, size);
  fuzz::refuses_or_understands([&] {
    const auto results = read_results(file.path());
    comparison_text(compare_results(results, results));
  });
  return 0;
}
