// Adam of device `cpu` over rows that lie in cache, and what rows without gradients have missed. Square root and
// division are the exact ones: the approximate instructions differ between makers of processors.
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_adam.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using V = hn::Vec<Tag>;

/// The constants of a step, a vector each.
struct Constants {
  V beta1, beta2, rest1, rest2, epsilon, decay;
};

HWY_INLINE Constants ConstantsOf(const AdamStep& step) {
  const Tag d;
  return {hn::Set(d, step.beta1), hn::Set(d, step.beta2),   hn::Set(d, step.rest1),
          hn::Set(d, step.rest2), hn::Set(d, step.epsilon), hn::Set(d, step.weight_decay)};
}

HWY_INLINE void Decay(const Constants& c, V gradient, V& mean, V& square) {
  mean = hn::MulAdd(c.rest1, gradient, hn::Mul(c.beta1, mean));
  square = hn::MulAdd(c.rest2, hn::Mul(gradient, gradient), hn::Mul(c.beta2, square));
}

HWY_INLINE void Move(const Constants& c, V rate, V& weight, V mean, V square) {
  weight = hn::Sub(weight, hn::Div(hn::Mul(rate, mean), hn::Add(hn::Sqrt(square), c.epsilon)));
}

HWY_ATTR void Adam(const AdamStep& step, float* HWY_RESTRICT w, float* HWY_RESTRICT m, float* HWY_RESTRICT v,
                   const float* HWY_RESTRICT g, std::int64_t rows, std::int64_t stride, std::int64_t decayed) {
  const Tag d;
  const std::int64_t lanes = hn::Lanes(d);
  const Constants c = ConstantsOf(step);
  const V rate = hn::Set(d, step.rate);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < stride; column += lanes) {
      const std::int64_t i = row * stride + column;
      V weight = hn::Load(d, w + i), mean = hn::Load(d, m + i), square = hn::Load(d, v + i);
      V gradient = g != nullptr ? hn::Load(d, g + i) : hn::Zero(d);
      if (step.weight_decay != 0 && column < decayed) {
        const auto inside = hn::FirstN(d, static_cast<std::size_t>(decayed - column));
        gradient = hn::IfThenElse(inside, hn::MulAdd(c.decay, weight, gradient), gradient);
      }
      Decay(c, gradient, mean, square);
      Move(c, rate, weight, mean, square);
      hn::Store(mean, d, m + i);
      hn::Store(square, d, v + i);
      hn::Store(weight, d, w + i);
    }
  }
}

/// COUNT neighbouring vectors of a row, all their steps in registers.
template <int COUNT>
HWY_INLINE void Idle(const AdamStep& step, const float* HWY_RESTRICT rates, std::int64_t steps, float fastest,
                     float* HWY_RESTRICT w, float* HWY_RESTRICT m, float* HWY_RESTRICT v, std::int64_t decayed) {
  const Tag d;
  const std::int64_t lanes = hn::Lanes(d);
  const Constants c = ConstantsOf(step);
  const V zero = hn::Zero(d);
  const bool decays = step.weight_decay != 0 && decayed > 0;
  V weight[COUNT], mean[COUNT], square[COUNT];
  for (int i = 0; i < COUNT; ++i) {
    weight[i] = hn::Load(d, w + i * lanes), mean[i] = hn::Load(d, m + i * lanes),
    square[i] = hn::Load(d, v + i * lanes);
  }
  // |rate·m / (√v + ε)| ≤ fastest·|m| / ε. Below 2⁻²⁷·|w| it is less than half of the distance to w's neighbours, so w
  // stays as it is to the bit; and m only shrinks.
  const V most = hn::Set(d, fastest / step.epsilon * 0x1p27F);
  const auto rests = [&]() HWY_ATTR {
    if (decays) return false;
    for (int i = 0; i < COUNT; ++i) {
      const auto still = hn::Or(hn::Lt(hn::Mul(most, hn::Abs(mean[i])), hn::Abs(weight[i])), hn::Eq(mean[i], zero));
      if (!hn::AllTrue(d, still)) return false;
    }
    return true;
  };
  constexpr std::int64_t looks = 8;  // steps between two looks whether the weights rest
  std::int64_t k = 0;
  while (k < steps && !rests()) {
    for (const std::int64_t end = std::min(k + looks, steps); k < end; ++k) {
      const V rate = hn::Set(d, rates[k]);
      for (int i = 0; i < COUNT; ++i) {
        V gradient = zero;
        if (decays) {
          const auto inside = hn::FirstN(d, static_cast<std::size_t>(std::max<std::int64_t>(decayed - i * lanes, 0)));
          gradient = hn::IfThenElse(inside, hn::MulAdd(c.decay, weight[i], zero), zero);
        }
        Decay(c, gradient, mean[i], square[i]);
        Move(c, rate, weight[i], mean[i], square[i]);
      }
    }
  }
  for (; k < steps; ++k) {
    for (int i = 0; i < COUNT; ++i) Decay(c, zero, mean[i], square[i]);
  }
  for (int i = 0; i < COUNT; ++i) {
    hn::Store(weight[i], d, w + i * lanes), hn::Store(mean[i], d, m + i * lanes),
        hn::Store(square[i], d, v + i * lanes);
  }
}

HWY_ATTR void AdamIdle(const AdamStep& step, const float* HWY_RESTRICT rates, std::int64_t steps, float* HWY_RESTRICT w,
                       float* HWY_RESTRICT m, float* HWY_RESTRICT v, std::int64_t stride, std::int64_t decayed) {
  const std::int64_t lanes = hn::Lanes(Tag());
  float fastest = 0;
  for (std::int64_t k = 0; k < steps; ++k) fastest = std::max(fastest, rates[k]);
  std::int64_t column = 0;
  for (; column + 2 * lanes <= stride; column += 2 * lanes)
    Idle<2>(step, rates, steps, fastest, w + column, m + column, v + column, decayed - column);
  for (; column < stride; column += lanes)
    Idle<1>(step, rates, steps, fastest, w + column, m + column, v + column, decayed - column);
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(Adam);
HWY_EXPORT(AdamIdle);
namespace vector {

void adam(const AdamStep& step, float* w, float* m, float* v, const float* g, std::int64_t rows, std::int64_t stride,
          std::int64_t decayed) {
  HWY_DYNAMIC_DISPATCH(Adam)(step, w, m, v, g, rows, stride, decayed);
}

void adam_idle(const AdamStep& step, const float* rates, std::int64_t steps, float* w, float* m, float* v,
               std::int64_t stride, std::int64_t decayed) {
  HWY_DYNAMIC_DISPATCH(AdamIdle)(step, rates, steps, w, m, v, stride, decayed);
}

}  // namespace vector
}  // namespace encore::kernel
#endif
