// A step: the panel A[k][·] from those who keep its tiles, P = A[k][k]⁻¹ and −P·A[k][·], then every kept tile A[i][j] −=
// A[i][k]·P·A[k][j] on one thread.
#include "linear/shared_inverse.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/pivot_inverse.h"

namespace encore {
namespace {

constexpr std::int64_t tile_width = inverse_tile, panel_stride = inverse_tile_stride;
constexpr std::int64_t kept_tiles_of_a_task = 8;

class SharedSweep {
 public:
  SharedSweep(MatrixRows& a, const Sharers& sharers, int threads)
      : a_(a),
        sharers_(sharers),
        shares_(a.size, sharers),
        kernels_(kernel::device_named("cpu")),
        threads_(threads),
        tiles_(shares_.tiles),
        straight_(at(tiles_ * tile_width * panel_stride)),
        right_(at(tiles_ * tile_width * panel_stride)),
        inverse_(at(tile_width * panel_stride)),
        wanted_(at(tiles_)) {
    for_padding(1);  // the identity is its own inverse
    for (std::int64_t i = shares_.first(); i < shares_.last(); ++i) {
      wanted_[at(i)] = 1;
      for (std::int64_t j = 0; j < tiles_; ++j) wanted_[at(j)] |= static_cast<std::uint8_t>(shares_.is_kept(i, j));
    }
  }

  std::int64_t tiles() const { return tiles_; }

  bool step(std::int64_t k) {
    take_panel(k);
    if (!invert_pivot(straight(k), width(k), panel_stride, inverse_.data(), work_)) return false;
    kernel::parallel_for(tiles_, threads_, [&](std::int64_t j) {
      const std::int64_t n = width(k), m = width(j);
      if (j != k && wanted_[at(j)] != 0)
        kernels_.multiply({n, m, n, inverse_.data(), panel_stride, 1, straight(j), panel_stride, right(j), panel_stride});
    });
    const std::vector<Task> tasks = tasks_beside(k);
    kernel::parallel_for(std::ssize(tasks), threads_, [&](std::int64_t t) {
      for (const std::int64_t j : tasks[at(t)].columns) update(k, tasks[at(t)].row, j);
    });
    leave_panel(k);
    return true;
  }

  /// Both halves from the tiles that are kept; padding becomes zero again.
  void fill() {
    for (std::int64_t i = 0; i < tiles_; ++i) {
      const std::vector<std::byte> message = travelling(i);
      const std::vector<std::byte> received = sharers_.processes > 1 ? std::move(sharers_.gather(message)[at(shares_.owner(i))]) : message;
      const std::byte* from = received.data();
      for (std::int64_t j = 0; j < tiles_; ++j) {
        if (j == i || !shares_.is_kept(i, j)) continue;
        const bool travels = shares_.owner(j) != shares_.owner(i);
        if (shares_.is_own(j)) {
          if (travels) unpack(from, width(i), width(j), straight(j));
          const float* tile = travels ? straight(j) : at_tile(i, j);
          kernels_.transpose(tile, width(i), width(j), travels ? panel_stride : a_.stride, at_tile(j, i), a_.stride);
        }
        if (travels) from += bytes_of(i, j);
      }
    }
    for (std::int64_t i = shares_.first(); i < shares_.last(); ++i)
      for (std::int64_t r = 0; r < width(i); ++r)
        for (std::int64_t c = 0; c < r; ++c) at_tile(i, i)[r * a_.stride + c] = at_tile(i, i)[c * a_.stride + r];
    for_padding(0);
  }

 private:
  struct Task {
    std::int64_t row;
    std::vector<std::int64_t> columns;
  };
  std::int64_t width(std::int64_t i) const { return std::min(tile_width, a_.stride - i * tile_width); }
  std::int64_t bytes_of(std::int64_t i, std::int64_t j) const { return width(i) * width(j) * 4; }
  float* at_tile(std::int64_t i, std::int64_t j) { return a_.row(i * tile_width) + j * tile_width; }
  float* straight(std::int64_t j) { return straight_.data() + j * tile_width * panel_stride; }
  float* right(std::int64_t j) { return right_.data() + j * tile_width * panel_stride; }

  void for_padding(float diagonal) {
    if (shares_.first() == shares_.last() || shares_.last() < tiles_) return;
    for (std::int64_t i = a_.size; i < a_.stride; ++i) a_.row(i)[i] = diagonal;
  }

  static void pack(const float* tile, std::int64_t rows, std::int64_t columns, std::int64_t stride, std::vector<std::byte>& to) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const auto bytes = std::as_bytes(std::span(tile + r * stride, at(columns)));
      to.insert(to.end(), bytes.begin(), bytes.end());
    }
  }
  static void unpack(const std::byte* from, std::int64_t rows, std::int64_t columns, float* tile) {
    for (std::int64_t r = 0; r < rows; ++r) std::memcpy(tile + r * panel_stride, from + r * columns * 4, at(columns * 4));
  }

  /// A[k][·] into `straight`: what is kept here, then what others keep.
  void take_panel(std::int64_t k) {
    const std::int64_t n = width(k);
    kernel::parallel_for(tiles_, threads_, [&](std::int64_t j) {
      const bool in_row_k = shares_.is_kept(k, j);
      if (!shares_.is_own(in_row_k ? k : j)) return;
      if (!in_row_k) return kernels_.transpose(at_tile(j, k), width(j), n, a_.stride, straight(j), panel_stride);
      for (std::int64_t r = 0; r < n; ++r) std::copy_n(at_tile(k, j) + r * a_.stride, width(j), straight(j) + r * panel_stride);
    });
    if (sharers_.processes == 1) return;
    std::vector<std::byte> message;
    for (std::int64_t j = 0; j < tiles_; ++j)
      if (shares_.is_own(shares_.is_kept(k, j) ? k : j)) pack(straight(j), n, width(j), panel_stride, message);
    const std::vector<std::vector<std::byte>> all = sharers_.gather(message);
    std::vector<std::int64_t> read(all.size(), 0);
    for (std::int64_t j = 0; j < tiles_; ++j) {
      const auto from = static_cast<std::size_t>(shares_.owner(shares_.is_kept(k, j) ? k : j));
      require_bytes(std::ssize(all[from]) >= read[from] + bytes_of(k, j));
      if (from != static_cast<std::size_t>(sharers_.process)) unpack(all[from].data() + read[from], n, width(j), straight(j));
      read[from] += bytes_of(k, j);
    }
  }

  std::vector<Task> tasks_beside(std::int64_t k) const {
    std::vector<Task> tasks;
    for (std::int64_t i = shares_.first(); i < shares_.last(); ++i) {
      if (i == k) continue;
      bool full = true;
      for (std::int64_t step = 0; 2 * step <= tiles_; ++step) {
        const std::int64_t j = (i + step) % tiles_;
        if (j == k || !shares_.is_kept(i, j)) continue;
        if (full) tasks.push_back({i, {}});
        tasks.back().columns.push_back(j);
        full = std::ssize(tasks.back().columns) == kept_tiles_of_a_task;
      }
    }
    return tasks;
  }

  /// The product of the upper half's tile, A[k][lower]ᵀ times −P·A[k][higher], or its transpose: the same sums either way.
  void update(std::int64_t k, std::int64_t i, std::int64_t j) {
    kernels_.multiply({width(i), width(j), width(k), i <= j ? straight(i) : right(i), 1, panel_stride, i <= j ? right(j) : straight(j),
                       panel_stride, at_tile(i, j), a_.stride, true});
  }

  /// A[k][j] ← P·A[k][j], where the pair is kept, and A[k][k] ← −P.
  void leave_panel(std::int64_t k) {
    const std::int64_t n = width(k);
    kernel::parallel_for(tiles_, threads_, [&](std::int64_t j) {
      const bool in_row_k = shares_.is_kept(k, j);
      if (!shares_.is_own(in_row_k ? k : j)) return;
      float* values = j == k ? inverse_.data() : right(j);
      for (std::int64_t r = 0; j != k && r < n; ++r)
        for (std::int64_t c = 0; c < width(j); ++c) values[r * panel_stride + c] = -values[r * panel_stride + c];
      if (!in_row_k) return kernels_.transpose(values, n, width(j), panel_stride, at_tile(j, k), a_.stride);
      for (std::int64_t r = 0; r < n; ++r) std::copy_n(values + r * panel_stride, width(j), at_tile(k, j) + r * a_.stride);
    });
  }

  /// What others need of row i, if it is one of this process's.
  std::vector<std::byte> travelling(std::int64_t i) {
    std::vector<std::byte> message;
    if (!shares_.is_own(i)) return message;
    for (std::int64_t j = 0; j < tiles_; ++j)
      if (shares_.is_kept(i, j) && !shares_.is_own(j)) pack(at_tile(i, j), width(i), width(j), a_.stride, message);
    return message;
  }

  static void require_bytes(bool enough) {
    if (!enough) throw std::logic_error("the processes that share a matrix are out of step");
  }

  MatrixRows& a_;
  const Sharers& sharers_;
  const TileShares shares_;
  const kernel::Kernels& kernels_;
  int threads_;
  std::int64_t tiles_;
  kernel::AlignedFloats straight_, right_, inverse_;  ///< A[k][j] and −P·A[k][j] by j; −P
  std::vector<std::uint8_t> wanted_;                  ///< which of −P·A[k][·] this process computes with
  std::vector<double> work_;
};

}  // namespace

bool invert_shared(MatrixRows& a, const Sharers& sharers, int threads, const std::function<void(std::int64_t)>& on_step) {
  SharedSweep sweep(a, sharers, threads);
  for (std::int64_t k = 0; k < sweep.tiles(); ++k) {
    if (on_step) on_step(k);
    if (!sweep.step(k)) return false;
  }
  sweep.fill();
  return true;
}

std::int64_t shared_inverse_workspace_bytes(std::int64_t size) {
  constexpr std::int64_t panels = 2, copies_on_the_way = 4;
  const std::int64_t padded_size = (size + tile_width - 1) / tile_width * tile_width;
  return (panels * panel_stride + copies_on_the_way * tile_width) * padded_size * 4;
}

}  // namespace encore
