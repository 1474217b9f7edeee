// One barrier for each exchange.
#include "training/row_shares.h"

#include <algorithm>
#include <stdexcept>

namespace encore {
namespace {

constexpr std::int64_t tile_rows = 6;  // of the kernel's products; a share that begins elsewhere would only cost an incomplete tile

/// Numbers of the largest matrix that is shared: what a layer reads or makes of a panel or a batch.
std::int64_t largest_matrix(const Autoencoder& network, std::int64_t rows) {
  const std::int64_t lanes = lanes_of_panels(rows), padded_rows = (rows + lanes - 1) / lanes * lanes;
  const auto of_width = [&](std::int64_t width) { return padded(width + 1) * padded_rows; };  // the last layer has a 1 behind it
  std::int64_t most = of_width(network.first.width);
  for (const DenseLayer& layer : network.inner) most = std::max({most, of_width(layer.outputs), of_width(layer.inputs)});
  return most;
}

}  // namespace

class RowShares::Rank final : public SharedRows {
 public:
  Rank(RowShares& all, int rank) : all_(all), rank_(rank) {}

  Run own(std::int64_t rows) const override {
    const std::int64_t ranks = std::ssize(all_.ranks_);
    const auto begin = [&](std::int64_t rank) { return rank == ranks ? rows : rows * rank / ranks / tile_rows * tile_rows; };
    return {begin(rank_), begin(rank_ + 1)};
  }

  void wait() override { all_.barrier_.wait(); }
  bool leads() const override { return rank_ == 0; }

  void exchange(float* data, std::int64_t rows, std::int64_t width, std::int64_t apart) override {
    kernel::AlignedFloats& results = all_.results_[turn_];
    if (rows * width > std::ssize(results)) throw std::logic_error("a matrix larger than any of this network is shared");
    turn_ = 1 - turn_;
    const auto [first, end] = own(rows);
    for (std::int64_t row = first; row < end; ++row) std::copy_n(data + row * apart, width, results.data() + row * width);
    all_.barrier_.wait();
    for (std::int64_t row = 0; row < rows; ++row) {
      if (row == first) row = end;
      if (row < rows) std::copy_n(results.data() + row * width, width, data + row * apart);
    }
  }

 private:
  RowShares& all_;
  int rank_;
  std::size_t turn_ = 0;
};

RowShares::RowShares(Barrier& barrier, int ranks, const Autoencoder& shape, std::int64_t rows) : barrier_(barrier) {
  for (auto& results : results_) results.resize(static_cast<std::size_t>(largest_matrix(shape, rows)));
  for (int rank = 0; rank < ranks; ++rank) ranks_.push_back(std::make_unique<Rank>(*this, rank));
}

RowShares::~RowShares() = default;

SharedRows& RowShares::of(int rank) { return *ranks_[static_cast<std::size_t>(rank)]; }

}  // namespace encore
