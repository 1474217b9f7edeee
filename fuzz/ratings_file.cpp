// Any bytes as the file of `recommend --ratings`.
#include "recommendation/ratings_file.h"
#include <cmath>
#include <cstdlib>
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const fuzz::BytesAsFile file(data, size);
  fuzz::refuses_or_understands([&] {
    for (const FileRating& rating : read_ratings_file(file.path()))
      if (rating.film.empty() || rating.line < 2 || !std::isfinite(rating.stars)) std::abort();
  });
  return 0;
}
