// Adam of device `cpu` over rows that lie in cache. Square root and division are the exact ones: the approximate
// instructions differ between makers of processors.
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_adam.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

HWY_ATTR void Adam(const AdamStep& step, float* HWY_RESTRICT w, float* HWY_RESTRICT m, float* HWY_RESTRICT v,
                   const float* HWY_RESTRICT g, std::int64_t rows, std::int64_t stride, std::int64_t decayed) {
  const hn::ScalableTag<float> d;
  using V = hn::Vec<decltype(d)>;
  const std::int64_t lanes = hn::Lanes(d);
  const V beta1 = hn::Set(d, step.beta1), beta2 = hn::Set(d, step.beta2), epsilon = hn::Set(d, step.epsilon);
  const V rest1 = hn::Set(d, step.rest1), rest2 = hn::Set(d, step.rest2), rate = hn::Set(d, step.rate);
  const V decay = hn::Set(d, step.weight_decay);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = 0; column < stride; column += lanes) {
      const std::int64_t i = row * stride + column;
      const V weight = hn::Load(d, w + i);
      V gradient = g != nullptr ? hn::Load(d, g + i) : hn::Zero(d);
      if (step.weight_decay != 0 && column < decayed) {
        const auto inside = hn::FirstN(d, static_cast<std::size_t>(decayed - column));
        gradient = hn::IfThenElse(inside, hn::MulAdd(decay, weight, gradient), gradient);
      }
      const V first = hn::MulAdd(rest1, gradient, hn::Mul(beta1, hn::Load(d, m + i)));
      const V second = hn::MulAdd(rest2, hn::Mul(gradient, gradient), hn::Mul(beta2, hn::Load(d, v + i)));
      hn::Store(first, d, m + i);
      hn::Store(second, d, v + i);
      const V move = hn::Div(hn::Mul(rate, first), hn::Add(hn::Sqrt(second), epsilon));
      hn::Store(hn::Sub(weight, move), d, w + i);
    }
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(Adam);
namespace vector {

void adam(const AdamStep& step, float* w, float* m, float* v, const float* g, std::int64_t rows, std::int64_t stride,
          std::int64_t decayed) {
  HWY_DYNAMIC_DISPATCH(Adam)(step, w, m, v, g, rows, stride, decayed);
}

}  // namespace vector
}  // namespace encore::kernel
#endif
