// Softmax over items, users in vector lanes: exponentials against a block's own maximum, and how neighbours' statistics
// join. Not the loss itself: that is put together by training/ from these statistics.
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_softmax.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;

/// VECTORS neighbouring vectors of lanes. More than one at once, because maxima and sums wait for themselves.
template <int VECTORS>
HWY_INLINE void SoftmaxLanes(float* HWY_RESTRICT z, std::int64_t items, std::int64_t lanes, float* HWY_RESTRICT maximum,
                             float* HWY_RESTRICT sum, float* HWY_RESTRICT sum_of_squares) {
  const Tag d;
  const auto step = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<Tag> top[VECTORS], total[VECTORS], squares[VECTORS];
  for (int v = 0; v < VECTORS; ++v) top[v] = hn::Load(d, z + v * step), total[v] = squares[v] = hn::Zero(d);
  for (std::int64_t i = 1; i < items; ++i) {
    for (int v = 0; v < VECTORS; ++v) top[v] = hn::Max(top[v], hn::Load(d, z + i * lanes + v * step));
  }
  for (std::int64_t i = 0; i < items; ++i) {
    for (int v = 0; v < VECTORS; ++v) {
      float* at = z + i * lanes + v * step;
      const auto e = hn::Exp(d, hn::Sub(hn::Load(d, at), top[v]));
      hn::Store(e, d, at);
      total[v] = hn::Add(total[v], e);
      squares[v] = hn::MulAdd(e, e, squares[v]);
    }
  }
  for (int v = 0; v < VECTORS; ++v) {
    hn::Store(top[v], d, maximum + v * step);
    hn::Store(total[v], d, sum + v * step);
    hn::Store(squares[v], d, sum_of_squares + v * step);
  }
}

/// maximum[lane] = max over items of z, and z ← exp(z − maximum) with its sum and sum of squares in item order.
HWY_ATTR void SoftmaxBlock(float* HWY_RESTRICT z, std::int64_t items, std::int64_t lanes, float* HWY_RESTRICT maximum,
                           float* HWY_RESTRICT sum, float* HWY_RESTRICT sum_of_squares) {
  const auto step = static_cast<std::int64_t>(hn::Lanes(Tag()));
  std::int64_t lane = 0;
  for (; lane + 2 * step <= lanes; lane += 2 * step)
    SoftmaxLanes<2>(z + lane, items, lanes, maximum + lane, sum + lane, sum_of_squares + lane);
  for (; lane < lanes; lane += step)
    SoftmaxLanes<1>(z + lane, items, lanes, maximum + lane, sum + lane, sum_of_squares + lane);
}

/// With m = max(mₗ, mᵣ), a = exp(mₗ − m), b = exp(mᵣ − m): Σe = a·Σeₗ + b·Σeᵣ, Σe² with a², b²; plain sums add.
HWY_ATTR void JoinSoftmax(float* HWY_RESTRICT left, const float* HWY_RESTRICT right, std::int64_t lanes) {
  const Tag d;
  for (std::int64_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
    float* l = left + lane;
    const float* r = right + lane;
    const auto top = hn::Max(hn::Load(d, l), hn::Load(d, r));
    const auto a = hn::Exp(d, hn::Sub(hn::Load(d, l), top)), b = hn::Exp(d, hn::Sub(hn::Load(d, r), top));
    const auto joined = [&](std::int64_t which, auto scale_left, auto scale_right) HWY_ATTR {
      const auto scaled = hn::Mul(hn::Load(d, l + which * lanes), scale_left);
      hn::Store(hn::MulAdd(hn::Load(d, r + which * lanes), scale_right, scaled), d, l + which * lanes);
    };
    hn::Store(top, d, l);
    joined(1, a, b);
    joined(2, hn::Mul(a, a), hn::Mul(b, b));
    joined(3, a, b);
    hn::Store(hn::Add(hn::Load(d, l + 4 * lanes), hn::Load(d, r + 4 * lanes)), d, l + 4 * lanes);
  }
}

HWY_ATTR void SoftmaxFactor(const float* HWY_RESTRICT block_maximum, const float* HWY_RESTRICT maximum,
                            const float* HWY_RESTRICT sum, const float* HWY_RESTRICT weight, std::int64_t lanes,
                            float* HWY_RESTRICT factor) {
  const Tag d;
  for (std::int64_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
    const auto e = hn::Exp(d, hn::Sub(hn::Load(d, block_maximum + lane), hn::Load(d, maximum + lane)));
    hn::Store(hn::Mul(hn::Div(e, hn::Load(d, sum + lane)), hn::Load(d, weight + lane)), d, factor + lane);
  }
}

/// change(e, lane) of every vector of e[items][lanes]: items outside, so that memory is read in its own order.
template <class Change>
HWY_INLINE void ForEachVector(float* HWY_RESTRICT e, std::int64_t items, std::int64_t lanes, Change&& change) {
  const Tag d;
  const std::int64_t step = hn::Lanes(d);
  for (std::int64_t i = 0; i < items; ++i) {
    float* at = e + i * lanes;
    for (std::int64_t lane = 0; lane < lanes; lane += step)
      hn::Store(change(hn::Load(d, at + lane), lane), d, at + lane);
  }
}

HWY_ATTR void ScaleLanes(float* HWY_RESTRICT e, std::int64_t items, std::int64_t lanes,
                         const float* HWY_RESTRICT factor) {
  const Tag d;
  ForEachVector(e, items, lanes,
                [&](auto x, std::int64_t lane) HWY_ATTR { return hn::Mul(x, hn::Load(d, factor + lane)); });
}

HWY_ATTR void SoftmaxMseGradient(float* HWY_RESTRICT e, std::int64_t items, std::int64_t lanes,
                                 const float* HWY_RESTRICT factor, float slope, const float* HWY_RESTRICT shift) {
  const Tag d;
  const auto c = hn::Set(d, slope);
  ForEachVector(e, items, lanes, [&](auto x, std::int64_t lane) HWY_ATTR {
    const auto p = hn::Mul(x, hn::Load(d, factor + lane));
    return hn::Mul(p, hn::MulSub(c, p, hn::Load(d, shift + lane)));
  });
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(SoftmaxBlock);
HWY_EXPORT(JoinSoftmax);
HWY_EXPORT(SoftmaxFactor);
HWY_EXPORT(ScaleLanes);
HWY_EXPORT(SoftmaxMseGradient);
namespace vector {

void softmax_block(float* z, std::int64_t items, std::int64_t lanes, float* maximum, float* sum,
                   float* sum_of_squares) {
  HWY_DYNAMIC_DISPATCH(SoftmaxBlock)(z, items, lanes, maximum, sum, sum_of_squares);
}
void join_softmax(float* left, const float* right, std::int64_t lanes) {
  HWY_DYNAMIC_DISPATCH(JoinSoftmax)(left, right, lanes);
}
void softmax_factor(const float* block_maximum, const float* maximum, const float* sum, const float* weight,
                    std::int64_t lanes, float* factor) {
  HWY_DYNAMIC_DISPATCH(SoftmaxFactor)(block_maximum, maximum, sum, weight, lanes, factor);
}
void scale_lanes(float* e, std::int64_t items, std::int64_t lanes, const float* factor) {
  HWY_DYNAMIC_DISPATCH(ScaleLanes)(e, items, lanes, factor);
}
void softmax_mse_gradient(float* e, std::int64_t items, std::int64_t lanes, const float* factor, float slope,
                          const float* shift) {
  HWY_DYNAMIC_DISPATCH(SoftmaxMseGradient)(e, items, lanes, factor, slope, shift);
}

}  // namespace vector
}  // namespace encore::kernel
#endif
