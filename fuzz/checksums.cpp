// Any bytes as a folder's sha256sums.txt; what is understood has a sum and a name on every line.
#include "digest/checksums.h"

#include <cstdlib>
#include <sstream>

#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  fuzz::refuses_or_understands([&] {
    std::istringstream text(fuzz::text_of(data, size));
    for (const auto& [name, sum] : read_checksums(text, "sha256sums.txt"))
      if (name.empty() || sum.size() != 64) std::abort();
  });
  return 0;
}
