// One barrier for each product.
#include "training/row_shares.h"

#include <algorithm>

namespace encore {
namespace {

/// Multiply-adds below which a product takes no longer than the barrier.
constexpr std::int64_t worth_sharing = 1 << 18;
constexpr std::int64_t tile_rows = 6;  // of the kernel; a share that begins elsewhere would only cost an incomplete tile

/// Numbers of the largest product of a layer: its gradient, or its outputs or inputs of a panel.
std::int64_t largest_product(const Autoencoder& network, std::int64_t lanes) {
  std::int64_t most = 0;
  for (const DenseLayer& layer : network.inner)
    if (!layer.is_elementwise) most = std::max({most, layer.outputs * layer.stride(), layer.outputs * lanes, layer.inputs * lanes});
  return most;
}

}  // namespace

class RowShares::Rank final : public SharedProducts {
 public:
  Rank(RowShares& all, int rank) : all_(all), rank_(rank) {}

  void multiply(const kernel::Kernels& kernels, const kernel::Multiply& product) override {
    const std::int64_t numbers = product.rows * product.columns;
    kernel::AlignedFloats& results = all_.results_[turn_];
    if (numbers * product.depth < worth_sharing || numbers > std::ssize(results)) return kernels.multiply(product);
    turn_ = 1 - turn_;
    const std::int64_t ranks = std::ssize(all_.ranks_);
    const auto begin = [&](std::int64_t rank) {
      return rank == ranks ? product.rows : product.rows * rank / ranks / tile_rows * tile_rows;
    };
    const std::int64_t first = begin(rank_), end = begin(rank_ + 1);
    if (end > first) {
      kernel::Multiply own = product;
      own.a += first * own.a_row, own.c += first * own.c_row, own.rows = end - first;
      kernels.multiply(own);
      for (std::int64_t row = first; row < end; ++row)
        std::copy_n(product.c + row * product.c_row, product.columns, results.data() + row * product.columns);
    }
    all_.barrier_.wait();
    for (std::int64_t row = 0; row < product.rows; ++row) {
      if (row == first) row = end;
      if (row < product.rows) std::copy_n(results.data() + row * product.columns, product.columns, product.c + row * product.c_row);
    }
  }

 private:
  RowShares& all_;
  int rank_;
  std::size_t turn_ = 0;
};

RowShares::RowShares(Barrier& barrier, int ranks, const Autoencoder& shape, std::int64_t rows) : barrier_(barrier) {
  for (auto& results : results_) results.resize(static_cast<std::size_t>(largest_product(shape, lanes_of_panels(rows))));
  for (int rank = 0; rank < ranks; ++rank) ranks_.push_back(std::make_unique<Rank>(*this, rank));
}

RowShares::~RowShares() = default;

SharedProducts& RowShares::of(int rank) { return *ranks_[static_cast<std::size_t>(rank)]; }

}  // namespace encore
