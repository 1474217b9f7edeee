// The draws of numpy.random.seed, permutation and choice as papers' scripts made them: numpy's legacy generator, whose numbers
// numpy has promised not to change (NEP 19). Not a source of randomness for anything else here.
#pragma once
#include <cstdint>
#include <random>
#include <vector>

namespace encore {

class NumpyRandom {
 public:
  /// numpy.random.seed(seed): MT19937 seeded by Knuth's rule, as std::mt19937 is (Matsumoto and Nishimura 1998).
  explicit NumpyRandom(std::uint32_t seed) : random_(seed) {}
  /// numpy.random.permutation(size): Fisher and Yates from the end, each place by masked rejection.
  std::vector<std::int64_t> permutation(std::int64_t size);
  /// numpy.random.choice(size, count, replace=False): the beginning of a permutation.
  std::vector<std::int64_t> choice(std::int64_t size, std::int64_t count);

 private:
  std::uint32_t up_to(std::uint32_t most);
  std::mt19937 random_;
};

}  // namespace encore
