// Softmax outputs: p = softmax(z) over all items of all shards, with mean squared error or multinomial likelihood.
//   mse:          L = 1/(M·B) Σ (p − t)²,   dL/dz = 2/(M·B) · p ⊙ (p − t − Σ p(p − t))
//   multinomial:  L = −1/B Σ t·log p,        dL/dz = 1/B · (p·Σt − t)                        (Liang et al. 2018, eq. 2)
// No dense target exists: the formulas run for t = 0 everywhere and are corrected at the ratings. What a user has seen without rating
// it has no part in their softmax: its logit is as low as if the film were not there.
#include <algorithm>
#include <cassert>
#include <cmath>

#include "training/softmax_loss.h"

namespace encore {

SoftmaxLoss::SoftmaxLoss(const StepContext& c)
    : OutputLoss(c.max_rows),
      is_mse_(c.tables.architecture.loss == Loss::mse),
      lanes_(c.hidden.lanes()),
      padded_rows_(c.hidden.panels(c.max_rows) * lanes_),
      statistics_(c.kernels, Join::softmax, c.hidden.panels(c.max_rows), kernel::softmax_statistics * lanes_),
      undrawn_(lanes_),
      block_maximum_(static_cast<std::size_t>(c.run.blocks() * padded_rows_)),
      factor_(static_cast<std::size_t>(padded_rows_)),
      weight_(factor_),
      shift_(factor_) {}

/// While judging, all blocks take the same place, which stays in the cache.
float* SoftmaxLoss::logits(const StepContext& c, std::int64_t block) {
  const std::int64_t own = c.sampled != nullptr ? c.sampled->drawn() : c.run.blocks() * c.run.block_items;
  const auto needed = static_cast<std::size_t>((c.judging ? c.run.block_items : own) * padded_rows_);
  if (logits_.size() < needed) logits_.resize(needed);  // who only judges never needs all of them
  const std::int64_t before = c.sampled != nullptr ? c.sampled->drawn_before(block) : (block - c.run.first_block) * c.run.block_items;
  return logits_.data() + (c.judging ? 0 : before) * padded_rows_;
}

void SoftmaxLoss::prepare(const StepContext& c, Exchange& exchange) {
  const std::int64_t panels = c.hidden.panels(c.rows);
  statistics_.start(panels);
  for (std::int64_t block = c.run.first_block; block < c.run.last_block; ++block) {
    const std::int64_t items = c.items_of(block);
    statistics_.open(block);
    if (items > 0) read_block(c, block, items);
    if (c.sampled != nullptr) undrawn_.join(c, block, statistics_, items > 0);
    statistics_.close();
  }
  total_ = exchange.join(Channel::softmax, statistics_);
  finish_rows(c);
}

/// The logits of one block, and its statistics in the open leaf.
void SoftmaxLoss::read_block(const StepContext& c, std::int64_t block, std::int64_t items) {
  const std::int64_t panels = c.hidden.panels(c.rows);
  float* z = logits(c, block);
  block_logits(c, block, z);
  if (c.sampled != nullptr) correct_for_sampling(c, block, z);
  leave_out_unrated(c, block, z);
  for (std::int64_t p = 0; p < panels; ++p) std::fill_n(statistics_.overwrite(p) + 3 * lanes_, 2 * lanes_, 0.0F);
  const auto at = [&](const Entry& e) { return z + (e.row / lanes_ * items + c.place_in(block, e)) * lanes_ + e.row % lanes_; };
  const auto statistic = [&](const Entry& e, kernel::SoftmaxStatistic which) {
    return statistics_.overwrite(e.row / lanes_) + static_cast<std::int64_t>(which) * lanes_ + e.row % lanes_;
  };
  const auto entries = c.entries.of_block(block);
  for (const Entry& e : entries)
    if (c.place_in(block, e) < items) *statistic(e, kernel::SoftmaxStatistic::logit_with_target) += e.target * *at(e);
  for (std::int64_t p = 0; p < panels; ++p) {
    float* s = statistics_.overwrite(p);
    c.kernels.softmax_block(z + p * items * lanes_, items, lanes_, s, s + lanes_, s + 2 * lanes_);
    std::copy_n(s, lanes_, block_maximum_.data() + (block - c.run.first_block) * padded_rows_ + p * lanes_);
  }
  for (const Entry& e : entries)
    if (c.place_in(block, e) < items) *statistic(e, kernel::SoftmaxStatistic::sum_with_target) += e.target * *at(e);
}

void SoftmaxLoss::leave_out_unrated(const StepContext& c, std::int64_t block, float* z) const {
  constexpr float nothing = -1e30F;  // less than any logit, and no infinity, which would make a difference of two undefined
  const std::int64_t items = c.items_of(block);
  for (const Entry& e : c.entries.of_block(block))
    if (e.unrated && c.place_in(block, e) < items)
      z[(e.row / lanes_ * items + c.place_in(block, e)) * lanes_ + e.row % lanes_] = nothing;
}

/// The films of a sample stand for those that are not in it, each for as many as it is rare; a user's own are always there and
/// stand for themselves.
void SoftmaxLoss::correct_for_sampling(const StepContext& c, std::int64_t block, float* z) const {
  const std::int64_t items = c.items_of(block), first = c.first_of(block);
  for (std::int64_t p = 0; p < c.hidden.panels(c.rows); ++p) {
    for (std::int64_t i = 0; i < items; ++i) {
      float* lanes = z + (p * items + i) * lanes_;
      const float correction = c.sampled->correction_at(first + i);
      for (std::int64_t lane = 0; lane < lanes_; ++lane) lanes[lane] += correction;
    }
  }
  for (const Entry& e : c.entries.of_block(block)) {
    const std::int64_t place = c.place_in(block, e);
    if (place < items) z[(e.row / lanes_ * items + place) * lanes_ + e.row % lanes_] -= c.sampled->correction_at(first + place);
  }
}

/// From the statistics of whole rows: each row's loss, and the numbers that the gradient of every block needs.
void SoftmaxLoss::finish_rows(const StepContext& c) {
  const auto items = static_cast<double>(c.run.total_items);
  slope_ = static_cast<float>(2 / (items * c.divisor));
  for (std::int64_t r = 0; r < c.hidden.panels(c.rows) * lanes_; ++r) {
    const auto i = static_cast<std::size_t>(r);
    if (r >= c.rows) {
      weight_[i] = 0, shift_[i] = 0;
      continue;
    }
    const float* s = total_ + r / lanes_ * kernel::softmax_statistics * lanes_ + r % lanes_;
    const double maximum = s[0], sum = s[lanes_];
    if (is_mse_) {
      const double p_squares = s[2 * lanes_] / (sum * sum), p_target = s[3 * lanes_] / sum;
      row_loss[i] = (p_squares - 2 * p_target + static_cast<double>(c.totals.target_squares[i])) / items;
      weight_[i] = 1;
      shift_[i] = static_cast<float>(2 / (items * c.divisor) * (p_squares - p_target));
    } else {
      const auto targets = static_cast<double>(c.totals.target_sum[i]);  // without any, a sample may have no film at all
      row_loss[i] = targets == 0 ? 0 : targets * (maximum + std::log(sum)) - static_cast<double>(s[4 * lanes_]);
      weight_[i] = static_cast<float>(static_cast<double>(c.totals.target_sum[i]) / c.divisor);
    }
  }
}

float* SoftmaxLoss::gradient(const StepContext& c, std::int64_t block, float*) {
  assert(!c.judging);
  const std::int64_t items = c.items_of(block);
  float* e_values = logits(c, block);
  for (std::int64_t p = 0; p < c.hidden.panels(c.rows); ++p) {
    const float* s = total_ + p * kernel::softmax_statistics * lanes_;
    c.kernels.softmax_factor(block_maximum_.data() + (block - c.run.first_block) * padded_rows_ + p * lanes_, s,
                             s + lanes_, weight_.data() + p * lanes_, lanes_, factor_.data() + p * lanes_);
  }
  const auto entries = c.entries.of_block(block);
  const auto at = [&](const Entry& e) {
    return e_values + (e.row / lanes_ * items + c.place_in(block, e)) * lanes_ + e.row % lanes_;
  };
  if (is_mse_) {  // −2/(M·B)·p·t at the ratings; p must be read before the kernel writes over it
    correction_.clear();
    for (const Entry& e : entries)
      correction_.push_back(slope_ * e.target * (*at(e) * factor_[static_cast<std::size_t>(e.row)]));
  }
  for (std::int64_t p = 0; p < c.hidden.panels(c.rows); ++p) {
    float* panel = e_values + p * items * lanes_;
    if (is_mse_) {
      c.kernels.softmax_mse_gradient(panel, items, lanes_, factor_.data() + p * lanes_, slope_,
                                     shift_.data() + p * lanes_);
    } else {
      c.kernels.scale_lanes(panel, items, lanes_, factor_.data() + p * lanes_);
    }
  }
  const auto share = static_cast<float>(1 / c.divisor);
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (c.place_in(block, entries[i]) < items) *at(entries[i]) -= is_mse_ ? correction_[i] : entries[i].target * share;
  return e_values;
}

}  // namespace encore
