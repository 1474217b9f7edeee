// A queue of rows by their lengths; an eliminated row changes those that it has cells in, and the core.
#include "linear/eliminated_matrix.h"

#include <set>
#include <stdexcept>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

using Cell = EliminatedMatrix::Cell;

/// row − factor·other, without column `gone`; both ascend.
std::vector<Cell> without(const std::vector<Cell>& row, double factor, const std::vector<Cell>& other, std::int32_t gone) {
  std::vector<Cell> sums;
  sums.reserve(row.size() + other.size());
  auto a = row.begin();
  for (const Cell& b : other) {
    for (; a != row.end() && a->column < b.column; ++a)
      if (a->column != gone) sums.push_back(*a);
    const bool both = a != row.end() && a->column == b.column;
    sums.push_back({b.column, (both ? a->value : 0) - factor * b.value});
    if (both) ++a;
  }
  for (; a != row.end(); ++a)
    if (a->column != gone) sums.push_back(*a);
  return sums;
}

/// The row without its diagonal, which comes back.
double take_diagonal(std::vector<Cell>& row, std::int32_t number) {
  double diagonal = 0;
  std::erase_if(row, [&](const Cell& cell) {
    if (cell.column == number) diagonal = cell.value;
    return cell.column == number;
  });
  return diagonal;
}

}  // namespace

EliminatedMatrix::EliminatedMatrix(std::vector<std::vector<Cell>> rows, SquareMatrix core, int threads) : size_(std::ssize(rows)) {
  std::vector<std::int32_t> place(rows.size(), -1);  // of a row in the core
  for (std::int32_t row = 0; row < size_; ++row) {
    if (!rows[at(row)].empty()) continue;
    place[at(row)] = static_cast<std::int32_t>(core_.size());
    core_.push_back(row);
  }
  eliminate(rows, place, core);
  std::int64_t all = std::ssize(core_);
  for (std::int32_t row = 0; row < size_; ++row) {
    if (rows[at(row)].empty()) continue;
    place[at(row)] = static_cast<std::int32_t>(all++);
    core_.push_back(row);
  }
  negated_inverse_ = SquareMatrix::zeros(all);
  for (std::int64_t i = 0; i < core.size; ++i) std::copy_n(core.row(i), core.size, negated_inverse_.row(i));
  for (std::int64_t i = core.size; i < all; ++i)
    for (const Cell& cell : rows[at(core_[at(i)])]) {
      const std::int64_t j = place[at(cell.column)];
      negated_inverse_.row(i)[j] = negated_inverse_.row(j)[i] = static_cast<float>(cell.value);
    }
  if (!invert_negated(negated_inverse_, threads)) throw std::logic_error("the core is not positive definite");
}

void EliminatedMatrix::eliminate(std::vector<std::vector<Cell>>& rows, std::vector<std::int32_t>& place, SquareMatrix& core) {
  std::set<std::pair<std::size_t, std::int32_t>> by_length;
  for (std::int32_t row = 0; row < size_; ++row)
    if (!rows[at(row)].empty()) by_length.emplace(rows[at(row)].size(), row);
  while (!by_length.empty() && by_length.begin()->first <= longest) {
    const std::int32_t gone = by_length.begin()->second;
    by_length.erase(by_length.begin());
    std::vector<Cell> rest = std::move(rows[at(gone)]);
    rows[at(gone)].clear();
    const double pivot = take_diagonal(rest, gone);
    if (!(pivot > 0)) throw std::logic_error("the matrix is not positive definite");
    for (const Cell& i : rest) {
      const double factor = i.value / pivot;
      std::vector<Cell>& row = rows[at(i.column)];
      if (place[at(i.column)] < 0) {
        by_length.erase({row.size(), i.column});
        row = without(row, factor, rest, gone);
        by_length.emplace(row.size(), i.column);
        continue;
      }
      float* to = core.row(place[at(i.column)]);
      for (const Cell& j : rest)
        if (place[at(j.column)] >= 0) to[place[at(j.column)]] -= static_cast<float>(factor * j.value);
    }
    for (Cell& cell : rest) cell.value /= pivot;
    pivots_.push_back({gone, pivot, std::move(rest)});
  }
}

std::vector<double> EliminatedMatrix::solved(std::span<const Cell> b) const {
  std::vector<double> x(at(size_));
  for (const Cell& cell : b) x[at(cell.column)] += cell.value;
  for (const Pivot& pivot : pivots_)
    if (const double value = x[at(pivot.row)]; value != 0)
      for (const Cell& cell : pivot.rest) x[at(cell.column)] -= value * cell.value;
  const std::int64_t stride = negated_inverse_.stride;
  kernel::AlignedFloats core(at(stride));
  for (std::size_t i = 0; i < core_.size(); ++i)
    if (const auto value = static_cast<float>(x[at(core_[i])]); value != 0)
      kernel::device_named("cpu").add_scaled(core.data(), negated_inverse_.row(static_cast<std::int64_t>(i)), -value, stride);
  for (std::size_t i = 0; i < core_.size(); ++i) x[at(core_[i])] = static_cast<double>(core[i]);
  for (auto pivot = pivots_.rbegin(); pivot != pivots_.rend(); ++pivot) {
    double value = x[at(pivot->row)] / pivot->value;
    for (const Cell& cell : pivot->rest) value -= cell.value * x[at(cell.column)];
    x[at(pivot->row)] = value;
  }
  return x;
}

}  // namespace encore
