// NAdam (nadam.h), a vector at a time.
#include "kernel/nadam.h"
#include "kernel/vector_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_nadam.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE void Move(D d, const NadamStep& step, float* HWY_RESTRICT w, float* HWY_RESTRICT m, float* HWY_RESTRICT v,
                     const float* HWY_RESTRICT g) {
  const auto gradient = hn::LoadU(d, g);
  const auto mean = hn::Add(hn::Mul(hn::Set(d, 0.9F), hn::LoadU(d, m)), hn::Mul(hn::Set(d, 0.1F), gradient));
  const auto square = hn::Add(hn::Mul(hn::Set(d, 0.999F), hn::LoadU(d, v)), hn::Mul(hn::Mul(hn::Set(d, 0.001F), gradient), gradient));
  hn::StoreU(mean, d, m);
  hn::StoreU(square, d, v);
  const auto way = hn::Add(hn::Mul(hn::Set(d, step.of_gradient), gradient), hn::Mul(hn::Set(d, step.of_mean), mean));
  const auto size = hn::Add(hn::Mul(hn::Sqrt(square), hn::Set(d, step.correction)), hn::Set(d, 1e-8F));
  hn::StoreU(hn::Sub(hn::LoadU(d, w), hn::Div(way, size)), d, w);
}

HWY_ATTR void MoveByNadam(const NadamStep& step, float* w, float* m, float* v, const float* g, std::int64_t floats) {
  const hn::ScalableTag<float> many;
  const auto lanes = static_cast<std::int64_t>(hn::Lanes(many));
  std::int64_t i = 0;
  for (; i + lanes <= floats; i += lanes) Move(many, step, w + i, m + i, v + i, g + i);
  for (; i < floats; ++i) Move(hn::CappedTag<float, 1>(), step, w + i, m + i, v + i, g + i);
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(MoveByNadam);

void move_by_nadam(const NadamStep& step, float* w, float* m, float* v, const float* g, std::int64_t floats) {
  HWY_DYNAMIC_DISPATCH(MoveByNadam)(step, w, m, v, g, floats);
}

}  // namespace encore::kernel
#endif
