// Products of rows, their maxima and exponentials by rows of the batch.
#include "training/undrawn_films.h"

#include <algorithm>

namespace encore {
namespace {

/// Less than any logit, and no infinity, which would make a difference of two undefined.
constexpr float nothing = -1e30F;

}  // namespace

void UndrawnFilms::read_logits(const StepContext& c, std::int64_t block) {
  found_.clear(), targets_.clear();
  const std::int64_t first = c.sampled->first_of(block) + c.sampled->drawn_in(block);
  const ItemTable& rows = c.sampled->rows();
  if (c.sampled->undrawn_in(block) == 0) return;
  for (const Entry& e : c.entries.of_block(block)) {
    const std::int64_t place = c.sampled->place_of(e.item);
    if (place < first) continue;
    found_.push_back({place, e.row, 0}), targets_.push_back(e.target);
  }
  for (kernel::AlignedFloats* floats : {&logits_, &shifts_, &sums_, &weights_, &values_})
    floats->assign(static_cast<std::size_t>(kernel::padded(std::ssize(found_))), 1.0F);
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const float *hidden = c.hidden.along(found_[i].row), *row = rows.row(found_[i].place);
    float sum = row[rows.width];
    for (std::int64_t k = 0; k < rows.width; ++k) sum += hidden[k] * row[k];
    logits_[i] = sum;
  }
}

void UndrawnFilms::exponentials(const kernel::Kernels& kernels) {
  kernels.softmax_factor(logits_.data(), shifts_.data(), sums_.data(), weights_.data(), std::ssize(logits_), values_.data());
}

void UndrawnFilms::join(const StepContext& c, std::int64_t block, Partials& statistics, bool drawn) {
  read_logits(c, block);
  if (found_.empty()) return;
  const std::int64_t panels = c.hidden.panels(c.rows), floats = kernel::softmax_statistics * lanes_;
  joined_.assign(static_cast<std::size_t>(panels * floats), 0.0F);
  const auto statistic = [&](std::int64_t row, kernel::SoftmaxStatistic which) -> float& {
    return joined_[static_cast<std::size_t>(row / lanes_ * floats + static_cast<std::int64_t>(which) * lanes_ + row % lanes_)];
  };
  using kernel::SoftmaxStatistic;
  for (std::int64_t row = 0; row < panels * lanes_; ++row) statistic(row, SoftmaxStatistic::maximum) = nothing;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    float& most = statistic(found_[i].row, SoftmaxStatistic::maximum);
    most = std::max(most, logits_[i]);
  }
  for (std::size_t i = 0; i < found_.size(); ++i) shifts_[i] = statistic(found_[i].row, SoftmaxStatistic::maximum);
  exponentials(c.kernels);
  for (std::size_t i = 0; i < found_.size(); ++i) {
    statistic(found_[i].row, SoftmaxStatistic::sum) += values_[i];
    statistic(found_[i].row, SoftmaxStatistic::sum_of_squares) += values_[i] * values_[i];
    statistic(found_[i].row, SoftmaxStatistic::sum_with_target) += values_[i] * targets_[i];
    statistic(found_[i].row, SoftmaxStatistic::logit_with_target) += logits_[i] * targets_[i];
  }
  for (std::int64_t p = 0; p < panels; ++p) {
    float* s = statistics.overwrite(p);
    if (drawn) c.kernels.join_softmax(s, joined_.data() + p * floats, lanes_);
    else std::copy_n(joined_.data() + p * floats, floats, s);
  }
}

std::span<const UndrawnGradient> UndrawnFilms::gradients(const StepContext& c, std::int64_t block, const float* total,
                                                         const float* weight) {
  read_logits(c, block);
  const std::int64_t floats = kernel::softmax_statistics * lanes_;
  for (std::size_t i = 0; i < found_.size(); ++i) {
    const float* s = total + found_[i].row / lanes_ * floats + found_[i].row % lanes_;
    shifts_[i] = s[0], sums_[i] = s[lanes_], weights_[i] = weight[found_[i].row];
  }
  if (!found_.empty()) exponentials(c.kernels);
  const auto share = static_cast<float>(1 / c.divisor);
  for (std::size_t i = 0; i < found_.size(); ++i) found_[i].gradient = values_[i] - targets_[i] * share;
  return found_;
}

}  // namespace encore
