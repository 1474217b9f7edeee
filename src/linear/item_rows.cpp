// The best of each column, found column by column, then turned into rows.
#include "linear/item_rows.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernel/index.h"
#include "kernel/parallel.h"

namespace encore {
namespace {

struct Weighted {
  std::int32_t item;
  float weight;
};

void keep_largest(std::vector<Weighted>& column, std::int64_t keep) {
  const auto before = [](const Weighted& a, const Weighted& b) {
    const float left = std::abs(a.weight), right = std::abs(b.weight);
    return left != right ? left > right : a.item < b.item;
  };
  if (std::ssize(column) > keep) {
    std::nth_element(column.begin(), column.begin() + keep, column.end(), before);
    column.resize(at(keep));
  }
}

void put(NeighbourTable& table, std::int64_t row, std::vector<Weighted>& column) {
  keep_largest(column, table.width);
  std::sort(column.begin(), column.end(), [](const Weighted& a, const Weighted& b) { return a.item < b.item; });
  for (std::size_t n = 0; n < column.size(); ++n) {
    table.item[at(row * table.width) + n] = static_cast<float>(column[n].item);
    table.weight[at(row * table.width) + n] = column[n].weight;
  }
  column.clear();
}

NeighbourTable empty_table(std::int64_t items, std::int64_t width) {
  width = std::min(width, std::max<std::int64_t>(items, 1));
  return {items, width, std::vector<float>(at(items * width), -1.0F), std::vector<float>(at(items * width))};
}

}  // namespace

ItemRows rows_of(const NeighbourTable& table) {
  ItemRows rows;
  rows.start.assign(at(table.items) + 1, 0);
  for (const float item : table.item) {
    const bool none = item == -1;
    if (!none && !(item >= 0 && item < static_cast<float>(table.items) && item == std::floor(item)))
      throw std::invalid_argument("a neighbour is no item");
    if (!none) ++rows.start[static_cast<std::size_t>(item) + 1];
  }
  for (std::int64_t i = 0; i < table.items; ++i) rows.start[at(i) + 1] += rows.start[at(i)];
  rows.item.resize(at(rows.start.back())), rows.weight.resize(at(rows.start.back()));
  std::vector<std::int64_t> next(rows.start.begin(), rows.start.end() - 1);
  for (std::int64_t j = 0; j < table.items; ++j) {
    for (std::int64_t n = j * table.width; n < (j + 1) * table.width; ++n) {
      if (table.item[at(n)] < 0) continue;
      const std::size_t place = at(next[static_cast<std::size_t>(table.item[at(n)])]++);
      rows.item[place] = static_cast<std::int32_t>(j), rows.weight[place] = table.weight[at(n)];
    }
  }
  return rows;
}

NeighbourTable largest_of_columns(const SquareMatrix& weights, std::int64_t keep, int threads) {
  constexpr std::int64_t together = 64;  // columns of one task: a row of the matrix gives whole cache lines
  NeighbourTable table = empty_table(weights.size, keep);
  kernel::parallel_for((weights.size + together - 1) / together, threads, [&](std::int64_t task) {
    const std::int64_t first = task * together, last = std::min(first + together, weights.size);
    std::vector<std::vector<Weighted>> columns(at(together));
    for (std::int64_t i = 0; i < weights.size; ++i)
      for (std::int64_t j = first; j < last; ++j)
        if (weights.row(i)[j] != 0) columns[at(j - first)].push_back({static_cast<std::int32_t>(i), weights.row(i)[j]});
    for (std::int64_t j = first; j < last; ++j) put(table, j, columns[at(j - first)]);
  });
  return table;
}

void put_largest(NeighbourTable& table, std::int64_t item, const std::vector<float>& sums) {
  std::vector<Weighted> column;
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (sums[i] != 0) column.push_back({static_cast<std::int32_t>(i), sums[i]});
  std::fill_n(table.item.begin() + item * table.width, table.width, -1.0F);
  std::fill_n(table.weight.begin() + item * table.width, table.width, 0.0F);
  put(table, item, column);
}

NeighbourTable nearest_neighbours(const LikeMatrix& likes, std::int64_t neighbours, double shrink, int threads) {
  NeighbourTable table = empty_table(likes.items, neighbours);
  constexpr std::int64_t together = 256;
  std::vector<double> root(at(likes.items));
  for (std::int64_t i = 0; i < likes.items; ++i) root[at(i)] = std::sqrt(likes.weight_of_item(i));
  kernel::parallel_for((likes.items + together - 1) / together, threads, [&](std::int64_t task) {
    std::vector<double> both(at(likes.items), 0);  // exact where likes and users' weights are ones
    std::vector<std::int32_t> touched;
    std::vector<Weighted> column;
    for (std::int64_t j = task * together; j < std::min<std::int64_t>((task + 1) * together, likes.items); ++j) {
      touched.clear();
      for (std::int64_t of = likes.column[at(j)]; of < likes.column[at(j) + 1]; ++of) {
        const std::int32_t user = likes.user[at(of)];
        const double weight = static_cast<double>(likes.weight_of(user)) * static_cast<double>(likes.value_in_column(of));
        for (std::int64_t place = likes.row[at(user)]; place < likes.row[at(user) + 1]; ++place) {
          double& sum = both[at(likes.item[at(place)])];
          if (sum == 0) touched.push_back(likes.item[at(place)]);
          sum += weight * static_cast<double>(likes.value_in_row(place));
        }
      }
      std::sort(touched.begin(), touched.end());
      for (const std::int32_t i : touched) {
        if (i != j) {
          const double similarity = both[at(i)] / (root[at(i)] * root[at(j)] + shrink);
          column.push_back({i, static_cast<float>(similarity)});
        }
        both[at(i)] = 0;
      }
      put(table, j, column);
    }
  });
  return table;
}

std::vector<float> likeness_to(const LikeMatrix& likes, const std::vector<std::int32_t>& users, double shrink) {
  std::vector<double> both(at(likes.items), 0);
  double square = 0;
  for (const std::int32_t user : users) {
    const auto weight = static_cast<double>(likes.weight_of(user));
    square += weight;
    for (std::int64_t place = likes.row[at(user)]; place < likes.row[at(user) + 1]; ++place)
      both[at(likes.item[at(place)])] += weight * static_cast<double>(likes.value_in_row(place));
  }
  std::vector<float> column(at(likes.items));
  for (std::int64_t i = 0; i < likes.items; ++i)
    if (both[at(i)] > 0)
      column[at(i)] = static_cast<float>(both[at(i)] / (std::sqrt(likes.weight_of_item(i)) * std::sqrt(square) + shrink));
  return column;
}

}  // namespace encore
