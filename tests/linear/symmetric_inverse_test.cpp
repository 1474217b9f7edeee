// The inverse against the definition: its product with the matrix is the identity, whatever the size and the threads.
#include "linear/symmetric_inverse.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernel/counter_hash.h"

namespace encore {
namespace {

/// XᵀX + λI of random rows in the upper half; the lower half holds what must not be read.
SquareMatrix positive_definite(std::int64_t size) {
  const kernel::CounterHash random(7, kernel::Purpose::initial_weights, 0);
  SquareMatrix a = SquareMatrix::zeros(size);
  for (std::int64_t i = 0; i < size; ++i)
    for (std::int64_t j = 0; j < size; ++j) {
      double sum = i == j ? 20 : 0;
      for (std::uint64_t r = 0; r < 12; ++r)
        sum += (random.uniform(r, static_cast<std::uint64_t>(i)) > 0.7F) * (random.uniform(r, static_cast<std::uint64_t>(j)) > 0.7F);
      a.row(i)[j] = j >= i ? static_cast<float>(sum) : NAN;
    }
  return a;
}

TEST(SymmetricInverse, TimesTheMatrixIsMinusTheIdentity) {
  for (const std::int64_t size : {1, 2, 17, 192, 193, 400}) {
    const SquareMatrix before = positive_definite(size);
    SquareMatrix a = before;
    ASSERT_TRUE(invert_negated(a, 2)) << size;
    double worst = 0;
    for (std::int64_t i = 0; i < size; ++i)
      for (std::int64_t j = 0; j < size; ++j) {
        double sum = i == j ? 1 : 0;
        for (std::int64_t k = 0; k < size; ++k)
          sum += static_cast<double>(before.row(std::min(i, k))[std::max(i, k)]) * static_cast<double>(a.row(k)[j]);
        worst = std::max(worst, std::abs(sum));
        ASSERT_EQ(a.row(i)[j], a.row(j)[i]);
      }
    EXPECT_LT(worst, 1e-4) << size;
  }
}

TEST(SymmetricInverse, BitsDoNotDependOnTheThreads) {
  SquareMatrix one = positive_definite(500), many = one;
  ASSERT_TRUE(invert_negated(one, 1));
  ASSERT_TRUE(invert_negated(many, 3));
  EXPECT_EQ(one.values, many.values);
}

TEST(SymmetricInverse, RefusesWhatIsNotPositiveDefinite) {
  SquareMatrix a = SquareMatrix::zeros(300);
  for (std::int64_t i = 0; i < 300; ++i) a.row(i)[i] = i == 250 ? 0.0F : 1.0F;
  EXPECT_FALSE(invert_negated(a, 2));
}

TEST(SymmetricInverse, StopsWhenTold) {
  SquareMatrix a = positive_definite(400);
  EXPECT_FALSE(invert_negated(a, 1, [](double done) { return done == 0; }));
}

}  // namespace
}  // namespace encore
