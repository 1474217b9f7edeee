// One step for each tile k on the diagonal, P = A[k][k]⁻¹: A[i][j] −= A[i][k]·P·A[k][j] for all other i ≤ j, then
// A[k][j] ← P·A[k][j] and A[k][k] ← −P. Each tile is one product on one thread.
#include "linear/symmetric_inverse.h"

#include <algorithm>
#include <vector>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/pivot_inverse.h"

namespace encore {
namespace {

constexpr std::int64_t tile = inverse_tile, tile_stride = inverse_tile_stride;
constexpr std::int64_t tiles_of_a_task = 8;

class Sweep {
 public:
  Sweep(SquareMatrix& a, int threads)
      : a_(a),
        kernels_(kernel::device_named("cpu")),
        threads_(threads),
        size_(kernel::padded(a.size)),
        tiles_((size_ + tile - 1) / tile),
        left_(at(tiles_ * tile * tile_stride)),
        right_(at(tiles_ * tile * tile_stride)),
        inverse_(at(tile * tile_stride)) {
    for (std::int64_t i = a.size; i < size_; ++i) a.row(i)[i] = 1;  // padding: the identity is its own inverse
  }

  bool step(std::int64_t k) {
    if (!invert_pivot(at_tile(k, k), width(k), a_.stride, inverse_.data(), pivot_)) return false;
    kernel::parallel_for(tiles_, threads_, [&](std::int64_t j) {
      if (j != k) take_panel(k, j);
    });
    std::vector<Task> tasks;
    for (std::int64_t i = 0; i < tiles_; ++i)
      for (std::int64_t j = i; i != k && j < tiles_; j += tiles_of_a_task) tasks.push_back({i, j});
    kernel::parallel_for(std::ssize(tasks), threads_, [&](std::int64_t t) { update(k, tasks[at(t)]); });
    for (std::int64_t j = 0; j < tiles_; ++j)
      if (j != k) leave_panel(k, j);
    leave_pivot(k);
    return true;
  }

  std::int64_t tiles() const { return tiles_; }

  /// The lower half from the upper one; padding becomes zero again.
  void mirror() {
    kernel::parallel_for(tiles_, threads_, [&](std::int64_t j) {
      for (std::int64_t i = 0; i < j; ++i)
        kernels_.transpose(at_tile(i, j), width(i), width(j), a_.stride, at_tile(j, i), a_.stride);
      for (std::int64_t r = 0; r < width(j); ++r)
        for (std::int64_t c = 0; c < r; ++c) at_tile(j, j)[r * a_.stride + c] = at_tile(j, j)[c * a_.stride + r];
    });
    for (std::int64_t i = a_.size; i < size_; ++i) a_.row(i)[i] = 0;
  }

 private:
  struct Task {
    std::int64_t row, first_column;
  };
  std::int64_t width(std::int64_t i) const { return std::min(tile, size_ - i * tile); }
  float* at_tile(std::int64_t i, std::int64_t j) { return a_.row(i * tile) + j * tile; }
  float* left(std::int64_t i) { return left_.data() + i * tile * tile_stride; }
  float* right(std::int64_t j) { return right_.data() + j * tile * tile_stride; }

  /// right(j) = −P·A[k][j] and left(j) = A[k][j]ᵀ.
  void take_panel(std::int64_t k, std::int64_t j) {
    const std::int64_t n = width(k), m = width(j);
    kernel::AlignedFloats straight(at(tile * tile_stride));
    if (j > k) {
      for (std::int64_t r = 0; r < n; ++r) std::copy_n(at_tile(k, j) + r * a_.stride, m, straight.data() + r * tile_stride);
      kernels_.transpose(straight.data(), n, m, tile_stride, left(j), tile_stride);
    } else {
      for (std::int64_t r = 0; r < m; ++r) std::copy_n(at_tile(j, k) + r * a_.stride, n, left(j) + r * tile_stride);
      kernels_.transpose(left(j), m, n, tile_stride, straight.data(), tile_stride);
    }
    kernels_.multiply({n, m, n, inverse_.data(), tile_stride, 1, straight.data(), tile_stride, right(j), tile_stride});
  }

  void update(std::int64_t k, const Task& task) {
    const std::int64_t end = std::min(tiles_, task.first_column + tiles_of_a_task);
    for (std::int64_t j = task.first_column; j < end; ++j) {
      if (j == k) continue;
      kernels_.multiply({width(task.row), width(j), width(k), left(task.row), tile_stride, 1, right(j), tile_stride,
                         at_tile(task.row, j), a_.stride, true});
    }
  }

  void leave_panel(std::int64_t k, std::int64_t j) {
    const std::int64_t n = width(k), m = width(j);
    float* values = right(j);
    for (std::int64_t r = 0; r < n; ++r)
      for (std::int64_t c = 0; c < m; ++c) values[r * tile_stride + c] = -values[r * tile_stride + c];
    if (j > k)
      for (std::int64_t r = 0; r < n; ++r) std::copy_n(values + r * tile_stride, m, at_tile(k, j) + r * a_.stride);
    else
      kernels_.transpose(values, n, m, tile_stride, at_tile(j, k), a_.stride);
  }

  void leave_pivot(std::int64_t k) {
    for (std::int64_t r = 0; r < width(k); ++r)
      std::copy_n(inverse_.data() + r * tile_stride, width(k), at_tile(k, k) + r * a_.stride);
  }

  SquareMatrix& a_;
  const kernel::Kernels& kernels_;
  int threads_;
  std::int64_t size_, tiles_;
  kernel::AlignedFloats left_, right_, inverse_;
  std::vector<double> pivot_;
};

}  // namespace

SquareMatrix SquareMatrix::zeros(std::int64_t size) {
  const std::int64_t rows = kernel::padded(size);
  return {size, rows, kernel::AlignedFloats(at(rows * rows))};
}

std::int64_t SquareMatrix::bytes(std::int64_t size) { return kernel::padded(size) * kernel::padded(size) * 4; }

bool invert_negated(SquareMatrix& a, int threads, const std::function<bool(double)>& on_progress) {
  Sweep sweep(a, threads);
  for (std::int64_t k = 0; k < sweep.tiles(); ++k) {
    if (on_progress && !on_progress(static_cast<double>(k) / static_cast<double>(sweep.tiles()))) return false;
    if (!sweep.step(k)) return false;
  }
  sweep.mirror();
  return true;
}

std::int64_t inverse_workspace_bytes(std::int64_t size) {
  return 2 * ((kernel::padded(size) + tile - 1) / tile) * tile * tile_stride * 4;
}

}  // namespace encore
