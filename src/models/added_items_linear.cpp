// Closed forms grow by columns and rows (added_items.h). Not what has vectors.
#include <algorithm>

#include "kernel/aligned.h"
#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/linear_models.h"
#include "models/added_items.h"

namespace encore {
namespace {

/// β: chosen on validation items of ml-latest-small (docs/results.md).
constexpr float own_share = 0.4F;

/// The products for the new items of a dense B. Every number is a sum over the known items upwards, so that it does not depend on
/// what else is added.
class DenseGrowth {
 public:
  DenseGrowth(const TensorView& weights, const AddedItems& added)
      : from_(weights),
        added_(added),
        known_(added.known()),
        count_(added.added()),
        columns_(kernel::padded(count_)),
        weights_(added.weights()),
        across_(at(known_ * columns_)),
        into_(at(known_ * columns_)),
        out_of_(at(count_ * from_.stride)) {
    for (std::int64_t j = 0; j < count_; ++j)
      for (std::int64_t k = 0; k < known_; ++k) across_[at(k * columns_ + j)] = weights_[at(j * known_ + k)];
    constexpr std::int64_t run = 64;
    kernel::parallel_for((known_ + run - 1) / run, added.threads, [&](std::int64_t part) {
      const std::int64_t first = part * run, rows = std::min(run, known_ - first);
      kernels_.multiply({rows, columns_, known_, from_.values + first * from_.stride, from_.stride, 1, across_.data(), columns_,
                         into_.data() + first * columns_, columns_});
    });
    kernel::parallel_for((from_.stride + run - 1) / run, added.threads, [&](std::int64_t part) {
      const std::int64_t first = part * run, columns = std::min(run, from_.stride - first);
      kernels_.multiply({count_, columns, known_, weights_.data(), known_, 1, from_.values + first, from_.stride,
                         out_of_.data() + first, from_.stride});
    });
    for (std::int64_t j = 0; j < count_; ++j)
      for (std::int64_t k = 0; k < known_; ++k) {
        const float own = own_share * weights_[at(j * known_ + k)];
        into_[at(k * columns_ + j)] = added.level * (into_[at(k * columns_ + j)] + own);
        out_of_[at(j * from_.stride + k)] += own;
      }
  }

  SquareMatrix grown() const {
    SquareMatrix to = SquareMatrix::zeros(added_.items);
    for (std::int64_t i = 0; i < known_; ++i) {
      float* row = to.row(added_.old_place[at(i)]);
      for (std::int64_t k = 0; k < known_; ++k) row[added_.old_place[at(k)]] = from_.values[i * from_.stride + k];
      for (std::int64_t j = 0; j < count_; ++j) row[added_.new_place[at(j)]] = into_[at(i * columns_ + j)];
    }
    for (std::int64_t j = 0; j < count_; ++j)
      for (std::int64_t k = 0; k < known_; ++k)
        to.row(added_.new_place[at(j)])[added_.old_place[at(k)]] = out_of_[at(j * from_.stride + k)];
    fill_between_new(to);
    return to;
  }

 private:
  /// What two new items say of each other, as if the later one had come alone: the earlier one was an item like any other then.
  void fill_between_new(SquareMatrix& to) const {
    kernel::AlignedFloats of_earlier(at(count_ * columns_)), of_later(at(count_ * columns_));
    kernels_.multiply({count_, columns_, known_, out_of_.data(), from_.stride, 1, across_.data(), columns_, of_earlier.data(), columns_});
    kernels_.multiply({count_, columns_, known_, weights_.data(), known_, 1, into_.data(), columns_, of_later.data(), columns_});
    for (std::int64_t i = 0; i < count_; ++i)
      for (std::int64_t j = 0; j < count_; ++j)
        if (i != j)
          to.row(added_.new_place[at(i)])[added_.new_place[at(j)]] =
              i < j ? added_.level * of_earlier[at(i * columns_ + j)] : of_later[at(i * columns_ + j)];
  }

  const kernel::Kernels& kernels_ = kernel::device_named("cpu");
  const TensorView& from_;
  const AddedItems& added_;
  std::int64_t known_, count_, columns_;
  std::vector<float> weights_;    ///< w [m × M]
  kernel::AlignedFloats across_;  ///< wᵀ [M × m]
  kernel::AlignedFloats into_;    ///< columns of the new items [M × m]
  kernel::AlignedFloats out_of_;  ///< rows of the new items [m × M]
};

}  // namespace

std::shared_ptr<const Model> grow_dense(const Model& model, std::int64_t, const AddedItems& added) {
  const auto tensors = model.tensors();
  return dense_model(DenseGrowth(tensors.front().tensor, added).grown(), model.architecture());
}

std::shared_ptr<const Model> grow_sparse(const Model& model, std::int64_t, const AddedItems& added) {
  const auto tensors = model.tensors();
  const TensorView& items = tensors.at(0).tensor;
  const TensorView& weights = tensors.at(1).tensor;
  NeighbourTable to;
  to.items = added.items, to.width = items.shape.at(1);
  to.item.assign(at(to.items * to.width), -1);
  to.weight.assign(at(to.items * to.width), 0);
  for (std::int64_t i = 0; i < added.known(); ++i) {
    const std::int64_t row = added.old_place[at(i)] * to.width;
    for (std::int64_t n = 0; n < to.width; ++n) {
      const float item = items.values[i * items.stride + n];
      to.item[at(row + n)] = item < 0 ? item : static_cast<float>(added.old_place[static_cast<std::size_t>(item)]);
      to.weight[at(row + n)] = weights.values[i * weights.stride + n];
    }
  }
  const std::vector<float> weights_of_new = added.weights();
  kernel::parallel_for(added.added(), added.threads, [&](std::int64_t j) {
    const float* w = weights_of_new.data() + j * added.known();
    std::vector<float> sums(at(added.items));
    for (std::int64_t k = 0; k < added.known(); ++k) {
      if (w[k] == 0) continue;
      for (std::int64_t n = 0; n < to.width; ++n)
        if (const float item = items.values[k * items.stride + n]; item >= 0)
          sums[at(added.old_place[static_cast<std::size_t>(item)])] += w[k] * weights.values[k * weights.stride + n];
      sums[at(added.old_place[at(k)])] += own_share * w[k];
    }
    for (float& sum : sums) sum *= added.level;
    put_largest(to, added.new_place[at(j)], sums);
  });
  return sparse_model(std::move(to), model.architecture());
}

}  // namespace encore
