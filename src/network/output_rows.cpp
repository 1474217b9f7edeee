// Batches of users on threads, each with memory of its own; one item's row on one thread.
#include "network/output_rows.h"

#include <algorithm>
#include <cmath>

#include "kernel/index.h"
#include "kernel/parallel.h"
#include "network/middle.h"
#include "network/scorer.h"

namespace encore {
namespace {

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

InputRows batch_of(const InputRows& all, std::int64_t first, std::int64_t count) {
  InputRows some;
  for (std::int64_t row = first; row < first + count; ++row) {
    const auto begin = all.start[at(row)], end = all.start[at(row) + 1];
    some.item.insert(some.item.end(), all.item.begin() + begin, all.item.begin() + end);
    some.value.insert(some.value.end(), all.value.begin() + begin, all.value.begin() + end);
    some.start.push_back(std::ssize(some.item));
  }
  return some;
}

}  // namespace

OutputRows::OutputRows(const Autoencoder& network, const InputRows& users, const std::vector<std::uint8_t>& apart,
                       std::int64_t block_items, int threads)
    : network_(network), width_(network.output.width + 1), stride_(network.output.stride) {
  hidden_.resize(at(users.size() * stride_)), rest_.resize(at(users.size())), targets_.resize(at(users.size()));
  const Scorer scorer(network, block_items);
  kernel::parallel_for((users.size() + rows_at_once - 1) / rows_at_once, threads, [&](std::int64_t part) {
    const std::int64_t first = part * rows_at_once, count = std::min(rows_at_once, users.size() - first);
    const InputRows batch = batch_of(users, first, count);
    const std::unique_ptr<Middle> hidden = hidden_of(network, batch);
    for (std::int64_t row = 0; row < count; ++row) {
      std::copy_n(hidden->along(row), width_, hidden_.begin() + (first + row) * stride_);
      for (auto e = batch.start[at(row)]; e < batch.start[at(row) + 1]; ++e)
        targets_[at(first + row)] += static_cast<double>(batch.value[at(e)]);
    }
    if (network.architecture.output != OutputKind::softmax) return;
    std::vector<double> maximum(at(count), -1e300), sum(at(count));
    scorer.run(batch, [&](const ScoreBlock& block) {
      for (std::int64_t item = 0; item < block.items; ++item)
        for (std::int64_t row = 0; apart[at(block.first + item)] == 0 && row < count; ++row) {
          const auto z = static_cast<double>(block.score[item * block.stride + row]);
          if (z > maximum[at(row)]) sum[at(row)] *= std::exp(maximum[at(row)] - z), maximum[at(row)] = z;
          sum[at(row)] += std::exp(z - maximum[at(row)]);
        }
    });
    for (std::int64_t row = 0; row < count; ++row) rest_[at(first + row)] = maximum[at(row)] + std::log(sum[at(row)]);
  });
}

CellCost OutputRows::cost(double z, std::int64_t user, double target) const {
  const Architecture& a = network_.architecture;
  if (a.output == OutputKind::softmax) {
    const double all = targets_[at(user)] + target, apart = z - rest_[at(user)], share = logistic(apart);
    return {all * softplus(apart) - target * apart, all * share - target, all * share * (1 - share)};
  }
  const LossKind& kind = kind_of(a.loss);
  const CellCost one = kind.of_cell(a.output, z, target);
  return {kind.beside_prior * one.value, kind.beside_prior * one.slope, kind.beside_prior * one.curve};
}

double OutputRows::logit(const Numbers& row, std::int64_t user) const {
  const float* hidden = hidden_.data() + user * stride_;
  double sum = 0;
  for (std::int64_t c = 0; c < width_; ++c) sum += row[at(c)] * static_cast<double>(hidden[c]);
  return sum;
}

/// −(Hᵀ·diag curves·H + ρI)⁻¹·slope, nearly.
OutputRows::Numbers OutputRows::step(const Numbers& slope, const Numbers& curves, double rho) const {
  constexpr int most_rounds = 40;
  Numbers to(slope.size()), rest(slope.size()), turned(slope.size());
  for (std::size_t c = 0; c < slope.size(); ++c) rest[c] = -slope[c];
  Numbers along = rest;
  double now = dot(rest, rest);
  const double enough = now * 1e-8;
  for (int round = 0; round < most_rounds && now > enough; ++round) {
    for (std::size_t c = 0; c < along.size(); ++c) turned[c] = rho * along[c];
    for (std::size_t user = 0; user < curves.size(); ++user) {
      if (curves[user] == 0) continue;
      const double share = curves[user] * logit(along, static_cast<std::int64_t>(user));
      const float* hidden = hidden_.data() + static_cast<std::int64_t>(user) * stride_;
      for (std::size_t c = 0; c < along.size(); ++c) turned[c] += share * static_cast<double>(hidden[c]);
    }
    const double length = now / dot(along, turned);
    for (std::size_t c = 0; c < to.size(); ++c) to[c] += length * along[c], rest[c] -= length * turned[c];
    const double next = dot(rest, rest);
    for (std::size_t c = 0; c < to.size(); ++c) along[c] = rest[c] + next / now * along[c];
    now = next;
  }
  return to;
}

std::vector<float> OutputRows::learned(const float* guess, const std::vector<CellOfUser>& cells, double rho) const {
  constexpr int most_steps = 20;
  const bool rated_only = kind_of(network_.architecture.loss).rated_only;
  const auto users = std::ssize(targets_);
  Numbers target(at(users));
  std::vector<std::uint8_t> counts(at(users));
  for (std::int64_t user = 0; user < users; ++user) counts[at(user)] = !rated_only && targets_[at(user)] > 0;
  for (const CellOfUser& cell : cells) target[at(cell.user)] = static_cast<double>(cell.target), counts[at(cell.user)] = 1;
  const Numbers from(guess, guess + width_);
  Numbers row = from, slope(from.size()), curves(at(users));
  const auto value_at = [&](const Numbers& there, bool with_slope) {
    double value = 0;
    if (with_slope) std::ranges::fill(slope, 0.0);
    for (std::int64_t user = 0; user < users; ++user) {
      if (counts[at(user)] == 0) continue;
      const CellCost one = cost(logit(there, user), user, target[at(user)]);
      value += one.value;
      if (!with_slope) continue;
      curves[at(user)] = one.curve;
      for (std::int64_t c = 0; c < width_; ++c) slope[at(c)] += one.slope * static_cast<double>(hidden_[at(user * stride_ + c)]);
    }
    for (std::size_t c = 0; c < from.size(); ++c) {
      value += rho / 2 * (there[c] - from[c]) * (there[c] - from[c]);
      if (with_slope) slope[c] += rho * (there[c] - from[c]);
    }
    return value;
  };
  for (int steps = 0; steps < most_steps; ++steps) {
    const double now = value_at(row, true);
    const Numbers way = step(slope, curves, rho);
    const double falls = dot(slope, way);
    if (falls > -1e-9 * (1 + std::abs(now))) break;
    double length = 1;
    Numbers there = row;
    for (; length > 1e-6; length /= 2) {
      for (std::size_t c = 0; c < row.size(); ++c) there[c] = row[c] + length * way[c];
      if (value_at(there, false) <= now + 1e-4 * length * falls) break;
    }
    if (length <= 1e-6) break;
    row = there;
  }
  std::vector<float> learned(at(stride_));
  std::ranges::transform(row, learned.begin(), [](double number) { return static_cast<float>(number); });
  return learned;
}

}  // namespace encore
