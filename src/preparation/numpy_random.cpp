// Sizes are below 2³²: numpy draws 64 bits for larger ones.
#include "preparation/numpy_random.h"

#include <numeric>
#include <utility>

namespace encore {

std::uint32_t NumpyRandom::up_to(std::uint32_t most) {
  if (most == 0) return 0;
  std::uint32_t mask = most;
  for (const int shift : {1, 2, 4, 8, 16}) mask |= mask >> shift;
  for (;;) {
    const auto value = static_cast<std::uint32_t>(random_()) & mask;
    if (value <= most) return value;
  }
}

std::vector<std::int64_t> NumpyRandom::permutation(std::int64_t size) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  for (std::int64_t i = size - 1; i > 0; --i)
    std::swap(order[static_cast<std::size_t>(i)], order[up_to(static_cast<std::uint32_t>(i))]);
  return order;
}

std::vector<std::int64_t> NumpyRandom::choice(std::int64_t size, std::int64_t count) {
  std::vector<std::int64_t> order = permutation(size);
  order.resize(static_cast<std::size_t>(count));
  return order;
}

}  // namespace encore
