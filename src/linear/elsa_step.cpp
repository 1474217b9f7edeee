// Products of the parameters, sums of the likes, what rows make of them, the update.
#include "linear/elsa_step.h"

#include <algorithm>
#include <cmath>

#include "kernel/index.h"

namespace encore {
namespace {

constexpr std::int64_t statistics = 16;  ///< y·y, y·x, x·x behind a row's sums; padded to a cache line
constexpr std::int64_t panel = 64;       ///< columns of S or K at once: what lies left of it is its mirror image
/// Lines of a matrix that are a power of two apart share a few sets of the first cache and push one another out.
std::int64_t spread(std::int64_t stride) { return stride + 16; }

/// A product in pieces whose strips of b the first cache holds. Every sum runs on where the piece before ended: the same bits as in one.
void multiply(const kernel::Kernels& kernels, const kernel::Multiply& whole) {
  constexpr std::int64_t deep = 256;
  for (std::int64_t k = 0; k < whole.depth; k += deep) {
    kernel::Multiply piece = whole;
    piece.depth = std::min(deep, whole.depth - k);
    piece.a += k * whole.a_depth, piece.b += k * whole.b_row;
    piece.accumulate = whole.accumulate || k > 0;
    kernels.multiply(piece);
  }
}

/// What lies below the diagonal panels, from what lies above.
void mirror(const kernel::Kernels& kernels, float* matrix, std::int64_t size, std::int64_t wide) {
  for (std::int64_t c = panel; c < size; c += panel)
    kernels.transpose(matrix + c, c, std::min(panel, size - c), wide, matrix + c * wide, wide);
}

}  // namespace

ElsaStep::ElsaStep(ElsaTable& table, std::int64_t first_block, std::int64_t block_items, std::int64_t max_rows,
                   Exchange& exchange)
    : table_(table),
      first_block_(first_block),
      block_items_(block_items),
      exchange_(exchange),
      kernels_(kernel::device_named("cpu")),
      products_(kernels_, Join::sum, table.stride, table.stride),
      sums_(kernels_, Join::sum, max_rows, 2 * table.stride + statistics),
      unit_(at(block_items * spread(table.stride))),
      square_(at(table.stride * spread(table.stride))),
      weighted_(at(max_rows * spread(table.stride))),
      gradients_(at(block_items * table.stride)),
      hidden_(at(max_rows * spread(table.stride))),
      whole_(at(max_rows * table.stride)),
      product_(whole_.size()),
      added_(whole_.size()),
      curvature_(square_.size()),
      alpha_(at(max_rows)),
      beta_(at(max_rows)) {}

std::int64_t ElsaStep::blocks() const { return (table_.items + block_items_ - 1) / block_items_; }

/// visit(block, first item, items, likes of them), the block's A in unit_.
template <class Visit>
void ElsaStep::for_each_block(std::span<const ElsaLike> likes, const Visit& visit) {
  std::size_t next = 0;
  for (std::int64_t b = 0; b < blocks(); ++b) {
    const std::int64_t first = table_.first_item + b * block_items_;
    const std::int64_t items = std::min(block_items_, table_.first_item + table_.items - first);
    std::size_t end = next;
    while (end < likes.size() && likes[end].item < first + items) ++end;
    table_.unit_rows(first, items, unit_.data(), spread(table_.stride));
    visit(first_block_ + b, first, items, likes.subspan(next, end - next));
    next = end;
  }
}

double ElsaStep::run(std::span<const ElsaLike> likes, std::int64_t rows, const Nadam& nadam) {
  const std::int64_t r = table_.stride, wide = spread(r);
  products_.start(r), sums_.start(rows);
  for_each_block(likes, [&](std::int64_t block, std::int64_t first, std::int64_t items, std::span<const ElsaLike> own) {
    products_.open(block);
    float* square = products_.overwrite(0);
    for (std::int64_t unit = 1; unit < r; ++unit) products_.overwrite(unit);
    for (std::int64_t c = 0; c < r; c += panel) {
      const std::int64_t columns = std::min(panel, r - c);
      multiply(kernels_, {c + columns, columns, items, unit_.data(), 1, wide, unit_.data() + c, wide, square + c, r});
    }
    products_.close();
    sums_.open(block);
    for (const ElsaLike& like : own) {
      float* row = sums_.touch(like.row);
      const float* vector = unit_.data() + (like.item - first) * wide;
      if (like.input != 0) kernels_.add_scaled(row, vector, like.input, r);
      kernels_.add_scaled(row + r, vector, like.target, r);
      float* of_row = row + 2 * r;
      of_row[0] += like.input * like.input, of_row[1] += like.input * like.target, of_row[2] += like.target * like.target;
    }
    sums_.close();
  });
  const float* square = exchange_.join(Channel::softmax, products_);
  for (std::int64_t i = 0; i < r; ++i) std::copy_n(square + i * r, r, square_.data() + i * wide);
  mirror(kernels_, square_.data(), r, wide);
  const double loss = prepare(rows);
  update(likes, nadam);
  return loss;
}

/// From the sums of all shards to α, β, K and what each row adds to its items' gradients. Every shard computes the same.
double ElsaStep::prepare(std::int64_t rows) {
  const std::int64_t r = table_.stride, wide = spread(r);
  const float* sums = exchange_.join(Channel::first_sums, sums_);
  for (std::int64_t u = 0; u < rows; ++u) {
    const float* from = sums + u * sums_.floats();
    std::copy_n(from, r, hidden_.data() + u * wide);
    std::copy_n(from + r, r, whole_.data() + u * r);
  }
  multiply(kernels_, {rows, r, r, hidden_.data(), wide, 1, square_.data(), wide, product_.data(), r});
  double loss = 0;
  for (std::int64_t u = 0; u < rows; ++u) {
    const float *h = hidden_.data() + u * wide, *g = whole_.data() + u * r, *s = product_.data() + u * r;
    const float* of_row = sums + u * sums_.floats() + 2 * r;
    const double hh = dot_in_order(h, h, r), hg = dot_in_order(h, g, r), hs = dot_in_order(h, s, r);
    const double zz = hs - 2 * hh + static_cast<double>(of_row[0]), zx = hg - static_cast<double>(of_row[1]);
    const auto xx = static_cast<double>(of_row[2]);
    const double length = std::sqrt(std::max(zz, 1e-12)), norm = std::sqrt(std::max(xx, 1.0));
    const double beta = 2 / (static_cast<double>(rows) * length * norm), alpha = beta * zx / (length * length);
    loss += 2 - 2 * zx / (length * norm);
    alpha_[at(u)] = static_cast<float>(alpha), beta_[at(u)] = static_cast<float>(beta);
    float *w = weighted_.data() + u * wide, *d = added_.data() + u * r;
    for (std::int64_t c = 0; c < r; ++c) {
      w[c] = alpha_[at(u)] * h[c];
      d[c] = alpha_[at(u)] * (s[c] - 2 * h[c]) - beta_[at(u)] * g[c];
    }
  }
  for (std::int64_t c = 0; c < r; c += panel) {
    const std::int64_t columns = std::min(panel, r - c);
    multiply(kernels_, {c + columns, columns, rows, weighted_.data(), 1, wide, hidden_.data() + c, wide, curvature_.data() + c, wide});
  }
  mirror(kernels_, curvature_.data(), r, wide);
  return loss;
}

void ElsaStep::update(std::span<const ElsaLike> likes, const Nadam& nadam) {
  const std::int64_t r = table_.stride, wide = spread(r);
  for_each_block(likes, [&](std::int64_t, std::int64_t first, std::int64_t items, std::span<const ElsaLike> own) {
    multiply(kernels_, {items, r, r, unit_.data(), wide, 1, curvature_.data(), wide, gradients_.data(), r});
    for (const ElsaLike& like : own) {
      float* gradient = gradients_.data() + (like.item - first) * r;
      if (like.input != 0) kernels_.add_scaled(gradient, added_.data() + like.row * r, like.input, r);
      kernels_.add_scaled(gradient, hidden_.data() + like.row * wide, -beta_[at(like.row)] * like.target, r);
    }
    for (std::int64_t i = 0; i < items; ++i) {
      float* gradient = gradients_.data() + i * r;
      const float* unit = unit_.data() + i * wide;
      const auto part = static_cast<float>(dot_in_order(gradient, unit, r));  // what only makes a row longer: its derivative is zero
      const float scale = table_.inverse_norm[at(first + i - table_.first_item)];
      for (std::int64_t c = 0; c < r; ++c) gradient[c] = (gradient[c] - part * unit[c]) * scale;
      nadam.move(table_.row(table_.weight, first + i), table_.row(table_.mean, first + i),
                 table_.row(table_.square, first + i), gradient, r);
      table_.measure(first + i);
    }
  });
}

}  // namespace encore
