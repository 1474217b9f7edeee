// Device `reference`: every kernel as the formula says it, one number at a time. Not fast and not meant to be; the fast
// kernels are checked against it.
#include <algorithm>
#include <bit>
#include <cmath>

#include "kernel/kernels.h"

namespace encore::kernel {
namespace {

void multiply(const Multiply& p) {
  for (std::int64_t m = 0; m < p.rows; ++m) {
    for (std::int64_t n = 0; n < p.columns; ++n) {
      float sum = p.accumulate ? p.c[m * p.c_row + n] : 0.0F;
      for (std::int64_t k = 0; k < p.depth; ++k) {
        sum = std::fma(p.a[m * p.a_row + k * p.a_depth], p.b[k * p.b_row + n], sum);
      }
      p.c[m * p.c_row + n] = sum;
    }
  }
}

/// Numbers below the smallest normal one become the zero of their sign.
float flushed(float x) { return std::abs(x) < 0x1p-126F ? std::copysign(0.0F, x) : x; }

std::uint16_t to_bfloat16(float x) {
  const auto bits = std::bit_cast<std::uint32_t>(flushed(x));
  if (std::isnan(x)) return static_cast<std::uint16_t>(bits >> 16 | 0x40);  // quiet: the upper half may hold no payload
  return static_cast<std::uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float from_bfloat16(std::uint16_t half) { return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16); }

void multiply_pairs(const MultiplyPairs& p) {
  for (std::int64_t m = 0; m < p.rows; ++m) {
    for (std::int64_t n = 0; n < p.columns; ++n) {
      float sum = p.accumulate ? p.c[m * p.c_row + n] : p.start != nullptr ? p.start[m * p.start_row] : 0.0F;
      for (std::int64_t k = 0; k < p.depth; ++k) {
        const BfloatPair a = p.a[m * p.a_row + k * p.a_depth], b = p.b[k * p.b_row + n];
        sum = flushed(std::fma(from_bfloat16(a.odd), from_bfloat16(b.odd), flushed(sum)));
        sum = flushed(std::fma(from_bfloat16(a.even), from_bfloat16(b.even), sum));
      }
      p.c[m * p.c_row + n] = sum;
    }
  }
}

void pair_rows(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
               std::int64_t to_row) {
  for (std::int64_t r = 0; r < rows; r += 2) {
    for (std::int64_t c = 0; c < columns; ++c) {
      const float odd = r + 1 < rows ? from[(r + 1) * from_row + c] : 0.0F;
      to[r / 2 * to_row + c] = {to_bfloat16(from[r * from_row + c]), to_bfloat16(odd)};
    }
  }
}

void pair_columns(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, BfloatPair* to,
                  std::int64_t to_row) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const float* row = from + r * from_row;
    for (std::int64_t c = 0; c < columns; c += 2)
      to[r * to_row + c / 2] = {to_bfloat16(row[c]), to_bfloat16(row[c + 1])};
  }
}

void add_scaled(float* y, const float* x, float a, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = std::fma(x[i], a, y[i]);
}

void add(float* y, const float* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) y[i] += x[i];
}

void transpose(const float* from, std::int64_t rows, std::int64_t columns, std::int64_t from_row, float* to,
               std::int64_t to_row) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) to[c * to_row + r] = from[r * from_row + c];
  }
}

void softmax_block(float* z, std::int64_t items, std::int64_t lanes, float* maximum, float* sum,
                   float* sum_of_squares) {
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    float top = z[lane];
    for (std::int64_t i = 1; i < items; ++i) top = std::max(top, z[i * lanes + lane]);
    float total = 0, squares = 0;
    for (std::int64_t i = 0; i < items; ++i) {
      const float e = std::exp(z[i * lanes + lane] - top);
      z[i * lanes + lane] = e;
      total += e;
      squares = std::fma(e, e, squares);
    }
    maximum[lane] = top, sum[lane] = total, sum_of_squares[lane] = squares;
  }
}

void join_softmax(float* left, const float* right, std::int64_t lanes) {
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    const float top = std::max(left[lane], right[lane]);
    const float a = std::exp(left[lane] - top), b = std::exp(right[lane] - top);
    left[lane] = top;
    left[lanes + lane] = left[lanes + lane] * a + right[lanes + lane] * b;
    left[2 * lanes + lane] = left[2 * lanes + lane] * (a * a) + right[2 * lanes + lane] * (b * b);
    left[3 * lanes + lane] = left[3 * lanes + lane] * a + right[3 * lanes + lane] * b;
    left[4 * lanes + lane] += right[4 * lanes + lane];
  }
}

void softmax_factor(const float* block_maximum, const float* maximum, const float* sum, const float* weight,
                    std::int64_t lanes, float* factor) {
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    factor[lane] = std::exp(block_maximum[lane] - maximum[lane]) / sum[lane] * weight[lane];
  }
}

void scale_lanes(float* e, std::int64_t items, std::int64_t lanes, const float* factor) {
  for (std::int64_t i = 0; i < items * lanes; ++i) e[i] *= factor[i % lanes];
}

void softmax_mse_gradient(float* e, std::int64_t items, std::int64_t lanes, const float* factor, float slope,
                          const float* shift) {
  for (std::int64_t i = 0; i < items * lanes; ++i) {
    const float p = e[i] * factor[i % lanes];
    e[i] = p * (slope * p - shift[i % lanes]);
  }
}

void linear_mse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  for (std::int64_t i = 0; i < items * lanes; ++i) {
    loss[i % lanes] += z[i] * z[i];
    z[i] *= slope;
  }
}

float logistic(float z) { return 1.0F / (1.0F + std::exp(-z)); }

void sigmoid_mse(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  for (std::int64_t i = 0; i < items * lanes; ++i) {
    const float y = logistic(z[i]);
    loss[i % lanes] += y * y;
    z[i] = slope * y * y * (1 - y);
  }
}

void sigmoid_cross_entropy(float* z, std::int64_t items, std::int64_t lanes, float slope, float* loss) {
  for (std::int64_t i = 0; i < items * lanes; ++i) {
    loss[i % lanes] += std::max(z[i], 0.0F) + std::log1p(std::exp(-std::abs(z[i])));
    z[i] = slope * logistic(z[i]);
  }
}

void activate(Curve curve, float* x, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    switch (curve) {
      case Curve::linear:
        break;
      case Curve::relu:
        x[i] = std::max(x[i], 0.0F);
        break;
      case Curve::tanh:
        x[i] = std::tanh(x[i]);
        break;
      case Curve::sigmoid:
        x[i] = logistic(x[i]);
        break;
      case Curve::exponential:
        x[i] = std::exp(std::min(x[i], 88.0F));
        break;
    }
  }
}

void activate_gradient(Curve curve, float* g, const float* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    switch (curve) {
      case Curve::linear:
        break;
      case Curve::relu:
        g[i] = y[i] > 0 ? g[i] : 0.0F;
        break;
      case Curve::tanh:
        g[i] *= 1 - y[i] * y[i];
        break;
      case Curve::sigmoid:
        g[i] *= y[i] * (1 - y[i]);
        break;
      case Curve::exponential:
        g[i] *= y[i];
        break;
    }
  }
}

void adam(const AdamStep& step, float* w, float* m, float* v, const float* g, std::int64_t rows, std::int64_t stride,
          std::int64_t decayed) {
  for (std::int64_t i = 0; i < rows * stride; ++i) {
    float gradient = g != nullptr ? g[i] : 0.0F;
    if (i % stride < decayed) gradient = std::fma(step.weight_decay, w[i], gradient);
    m[i] = std::fma(step.rest1, gradient, step.beta1 * m[i]);
    v[i] = std::fma(step.rest2, gradient * gradient, step.beta2 * v[i]);
    w[i] -= step.rate * m[i] / (std::sqrt(v[i]) + step.epsilon);
  }
}

void adam_idle(const AdamStep& step, const float* rates, std::int64_t steps, float* w, float* m, float* v,
               std::int64_t stride, std::int64_t decayed) {
  AdamStep one = step;
  for (std::int64_t k = 0; k < steps; ++k) {
    one.rate = rates[k];
    adam(one, w, m, v, nullptr, 1, stride, decayed);
  }
}

}  // namespace

const Kernels& reference_device() {
  static const Kernels table{.device = "reference",
                             .multiply = multiply,
                             .multiply_few = multiply,
                             .multiply_pairs = multiply_pairs,
                             .pair_rows = pair_rows,
                             .pair_columns = pair_columns,
                             .add_scaled = add_scaled,
                             .add = add,
                             .transpose = transpose,
                             .softmax_block = softmax_block,
                             .join_softmax = join_softmax,
                             .softmax_factor = softmax_factor,
                             .scale_lanes = scale_lanes,
                             .softmax_mse_gradient = softmax_mse_gradient,
                             .linear_mse = linear_mse,
                             .sigmoid_mse = sigmoid_mse,
                             .sigmoid_cross_entropy = sigmoid_cross_entropy,
                             .activate = activate,
                             .activate_gradient = activate_gradient,
                             .adam = adam,
                             .adam_idle = adam_idle};
  return table;
}

}  // namespace encore::kernel
