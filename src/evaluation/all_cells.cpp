// Sums of one block run in float or double lanes, blocks are added in double in ascending order.
#include "evaluation/all_cells.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace encore {
namespace {

constexpr double least = 0x1p-25;  // a float cannot say how close to 0 or 1 a sigmoid is beyond this

using Lanes = std::array<double, static_cast<std::size_t>(rows_at_once)>;

}  // namespace

double log_of(double probability) { return std::log(std::max(probability, least)); }

AllCells::AllCells(bool is_softmax, std::int64_t rows)
    : is_softmax_(is_softmax),
      softmax_(rows),
      squares_(static_cast<std::size_t>(rows)),
      rest_(static_cast<std::size_t>(rows)) {}

void AllCells::add_squares(const ScoreBlock& block) {
  if (is_softmax_) {
    softmax_.add(block);
    return;
  }
  Lanes sum{};
  for (std::int64_t i = 0; i < block.items; ++i) {
    const float* y = block.score + i * block.stride;
    for (std::int64_t row = 0; row < block.rows; ++row)
      sum[static_cast<std::size_t>(row)] += static_cast<double>(y[row]) * y[row];
  }
  for (std::size_t row = 0; row < squares_.size(); ++row) squares_[row] += sum[row];
}

void AllCells::add_log_of_rest(const ScoreBlock& block) {
  // log Π = Σ log: one logarithm for 32 cells, whose product stays far above the smallest double (2⁻²⁵ to the 32nd is
  // 2⁻⁸⁰⁰).
  constexpr std::int64_t together = 32;
  for (std::int64_t first = 0; first < block.items; first += together) {
    Lanes product;
    product.fill(1);
    const std::int64_t end = std::min(first + together, block.items);
    for (std::int64_t i = first; i < end; ++i) {
      const float* y = block.score + i * block.stride;
      for (std::int64_t row = 0; row < block.rows; ++row) {
        product[static_cast<std::size_t>(row)] *= std::max(1 - static_cast<double>(y[row]), least);
      }
    }
    for (std::size_t row = 0; row < rest_.size(); ++row) rest_[row] -= std::log(product[row]);
  }
}

double AllCells::sum_of_squares(std::int64_t row) const {
  return is_softmax_ ? softmax_.sum_of_squared_probabilities(row) : squares_[static_cast<std::size_t>(row)];
}

double AllCells::output(std::int64_t row, float score) const {
  return is_softmax_ ? softmax_.probability(row, score) : static_cast<double>(score);
}

}  // namespace encore
