// Everything of device `cpu` that treats one number at a time: activations, pointwise losses and their slopes, row
// sums.
#include "kernel/vector_targets.h"
#include "kernel/vector.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernel/vector_elementwise.cpp"
#include <hwy/foreach_target.h>  // IWYU pragma: keep
#include <hwy/highway.h>
#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using V = hn::Vec<Tag>;

HWY_ATTR void AddScaled(float* HWY_RESTRICT y, const float* HWY_RESTRICT x, float a, std::int64_t n) {
  const Tag d;
  const V factor = hn::Set(d, a);
  for (std::int64_t i = 0; i < n; i += hn::Lanes(d))
    hn::Store(hn::MulAdd(hn::Load(d, x + i), factor, hn::Load(d, y + i)), d, y + i);
}

HWY_ATTR void AddRows(float* HWY_RESTRICT y, const float* HWY_RESTRICT x, std::int64_t n) {
  const Tag d;
  for (std::int64_t i = 0; i < n; i += hn::Lanes(d))
    hn::Store(hn::Add(hn::Load(d, x + i), hn::Load(d, y + i)), d, y + i);
}

/// σ(z) = 1 / (1 + exp(−z)); hn::Exp is not defined where the result is no float any more, hence the bound
HWY_INLINE V Logistic(Tag d, V z) {
  const V one = hn::Set(d, 1.0F);
  return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Min(hn::Neg(z), hn::Set(d, 88.0F)))));
}

/// Runs `each(y-or-z, lane loss) → new z` over a block and sums the losses of a lane in item order.
template <class Each>
HWY_INLINE void ForBlock(float* HWY_RESTRICT z, std::int64_t items, std::int64_t lanes, float* HWY_RESTRICT loss,
                         const Each& each) {
  const Tag d;
  for (std::int64_t lane = 0; lane < lanes; lane += hn::Lanes(d)) {
    V sum = hn::Load(d, loss + lane);
    for (std::int64_t i = 0; i < items; ++i) {
      float* at = z + i * lanes + lane;
      hn::Store(each(hn::Load(d, at), sum), d, at);
    }
    hn::Store(sum, d, loss + lane);
  }
}

HWY_ATTR void LinearMse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  const Tag d;
  const V c = hn::Set(d, slope);
  ForBlock(z, items, lanes, loss, [c](V value, V& sum) HWY_ATTR {
    sum = hn::MulAdd(value, value, sum);
    return hn::Mul(c, value);
  });
}

HWY_ATTR void SigmoidMse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  const Tag d;
  const V c = hn::Set(d, slope), one = hn::Set(d, 1.0F);
  ForBlock(z, items, lanes, loss, [d, c, one](V value, V& sum) HWY_ATTR {
    const V y = Logistic(d, value);
    sum = hn::MulAdd(y, y, sum);
    return hn::Mul(hn::Mul(hn::Mul(c, y), y), hn::Sub(one, y));
  });
}

/// softplus(z) = max(z, 0) + log(1 + exp(−|z|)): the loss against target 0; the target's share −t·z is added at the
/// non-zeros.
HWY_ATTR void SigmoidCrossEntropy(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  const Tag d;
  const V c = hn::Set(d, slope);
  ForBlock(z, items, lanes, loss, [d, c](V value, V& sum) HWY_ATTR {
    const V tail = hn::Log1p(d, hn::Exp(d, hn::Neg(hn::Abs(value))));
    sum = hn::Add(sum, hn::Add(hn::Max(value, hn::Zero(d)), tail));
    return hn::Mul(c, Logistic(d, value));
  });
}

template <class Each>
HWY_INLINE void ForEach(float* x, std::int64_t n, const Each& each) {
  const Tag d;
  for (std::int64_t i = 0; i < n; i += hn::Lanes(d)) hn::Store(each(i, hn::Load(d, x + i)), d, x + i);
}

HWY_ATTR void Activate(Curve curve, float* x, std::int64_t n) {
  const Tag d;
  switch (curve) {
    case Curve::linear:
      return;
    case Curve::relu:
      return ForEach(x, n, [d](std::int64_t, V v) HWY_ATTR { return hn::Max(v, hn::Zero(d)); });
    case Curve::tanh:
      return ForEach(x, n, [d](std::int64_t, V v) HWY_ATTR { return hn::Tanh(d, v); });
    case Curve::sigmoid:
      return ForEach(x, n, [d](std::int64_t, V v) HWY_ATTR { return Logistic(d, v); });
    case Curve::exponential:  // bounded as in Logistic
      return ForEach(x, n, [d](std::int64_t, V v) HWY_ATTR { return hn::Exp(d, hn::Min(v, hn::Set(d, 88.0F))); });
  }
}

HWY_ATTR void ActivateGradient(Curve curve, float* g, const float* y, std::int64_t n) {
  const Tag d;
  const V one = hn::Set(d, 1.0F);
  switch (curve) {
    case Curve::linear:
      return;
    case Curve::relu:
      return ForEach(g, n, [d, y](std::int64_t i, V v) HWY_ATTR {
        return hn::IfThenElseZero(hn::Gt(hn::Load(d, y + i), hn::Zero(d)), v);
      });
    case Curve::tanh:
      return ForEach(g, n, [d, y, one](std::int64_t i, V v) HWY_ATTR {
        const V at = hn::Load(d, y + i);
        return hn::Mul(v, hn::NegMulAdd(at, at, one));
      });
    case Curve::sigmoid:
      return ForEach(g, n, [d, y, one](std::int64_t i, V v) HWY_ATTR {
        const V at = hn::Load(d, y + i);
        return hn::Mul(v, hn::Mul(at, hn::Sub(one, at)));
      });
    case Curve::exponential:
      return ForEach(g, n, [d, y](std::int64_t i, V v) HWY_ATTR { return hn::Mul(v, hn::Load(d, y + i)); });
  }
}

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace encore::kernel {
HWY_EXPORT(AddScaled);
HWY_EXPORT(AddRows);
HWY_EXPORT(LinearMse);
HWY_EXPORT(SigmoidMse);
HWY_EXPORT(SigmoidCrossEntropy);
HWY_EXPORT(Activate);
HWY_EXPORT(ActivateGradient);
namespace vector {

void add_scaled(float* y, const float* x, float a, std::int64_t n) { HWY_DYNAMIC_DISPATCH(AddScaled)(y, x, a, n); }
void add(float* y, const float* x, std::int64_t n) { HWY_DYNAMIC_DISPATCH(AddRows)(y, x, n); }
void linear_mse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  HWY_DYNAMIC_DISPATCH(LinearMse)(z, items, lanes, slope, loss);
}
void sigmoid_mse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  HWY_DYNAMIC_DISPATCH(SigmoidMse)(z, items, lanes, slope, loss);
}
void sigmoid_cross_entropy(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  HWY_DYNAMIC_DISPATCH(SigmoidCrossEntropy)(z, items, lanes, slope, loss);
}
void activate(Curve curve, float* x, std::int64_t n) { HWY_DYNAMIC_DISPATCH(Activate)(curve, x, n); }
void activate_gradient(Curve curve, float* g, const float* y, std::int64_t n) {
  HWY_DYNAMIC_DISPATCH(ActivateGradient)(curve, g, y, n);
}

}  // namespace vector
}  // namespace encore::kernel
#endif
