// A row of G is complete on the process that has it, but only the tiles that are kept are counted.
#include "linear/shared_form.h"

#include <algorithm>
#include <cstring>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/inverse_by_users.h"
#include "linear/pivot_inverse.h"
#include "linear/shared_inverse.h"

namespace encore {
namespace {

struct Columns {
  std::int64_t first, last;
};

/// The columns of a row of tiles that are kept, from the row's own tile on, and those at the beginning where the circle closes.
std::vector<Columns> kept_columns(const TileShares& shares, std::int64_t i, std::int64_t items) {
  std::int64_t last = i;
  while (last + 1 < i + shares.tiles && shares.is_kept(i, (last + 1) % shares.tiles)) ++last;
  std::vector<Columns> kept{{i * inverse_tile, std::min((last + 1) * inverse_tile, items)}};
  if (last >= shares.tiles) kept.push_back({0, (last + 1 - shares.tiles) * inverse_tile});
  return kept;
}

/// To row `i` of G what a user who liked it says: weights are multiplied in the order in which the upper half has them, so that either
/// tile of a pair has the same bits.
void add_user(const LikeMatrix& likes, std::int64_t i, std::int64_t place, Columns kept, float* row) {
  const std::int32_t user = likes.user[at(place)];
  const auto items = likes.items_of(user);
  const float weight = likes.weight_of(user), x = likes.value_in_column(place);
  const auto first = std::lower_bound(items.begin(), items.end(), static_cast<std::int32_t>(kept.first));
  std::int64_t of_row = likes.row[at(user)] + (first - items.begin());
  for (auto j = first; j != items.end() && *j < kept.last; ++j, ++of_row) {
    const float y = likes.value_in_row(of_row);
    row[*j] += *j < i ? weight * y * x : weight * x * y;
  }
}

void add_gram(const LikeMatrix& likes, MatrixRows& to, const Sharers& sharers, int threads) {
  const TileShares shares(likes.items, sharers);
  kernel::parallel_for(to.count, threads, [&](std::int64_t r) {
    const std::int64_t i = to.first + r;
    for (const Columns kept : kept_columns(shares, i / inverse_tile, likes.items))
      for (std::int64_t place = likes.column[at(i)]; place < likes.column[at(i) + 1]; ++place) add_user(likes, i, place, kept, to.row(i));
  });
}

constexpr std::int64_t users_way_rows = 512;

/// Columns [first, first + count) of the users' way, as rows.
void fill_columns_by_users(const LikeMatrix& likes, const std::vector<double>& added, const SquareMatrix& users, MatrixRows& to,
                           int threads) {
  const std::int64_t width = kernel::padded(to.count);
  for (std::int64_t first = 0; first < likes.items && to.count > 0; first += users_way_rows) {
    const std::int64_t last = std::min<std::int64_t>(first + users_way_rows, likes.items), padded_rows = kernel::padded(last - first);
    kernel::AlignedFloats block(at(padded_rows * width));
    fill_by_users(likes, added, users, {first, last, to.first, to.first + to.count, block.data(), width}, threads);
    kernel::device_named("cpu").transpose(block.data(), padded_rows, width, width, to.values.data() + first, to.stride);
  }
}

}  // namespace

SharedGram solve_shared(const LikeMatrix& likes, double l2, double denoise, Side side, const Sharers& sharers, int threads,
                        const std::function<void(std::int64_t)>& on_step) {
  SharedGram solved{MatrixRows::zeros(likes.items, sharers), added_to_diagonal(likes, l2, denoise)};
  MatrixRows& a = solved.inverse;
  if (fewer_users(likes.users(), likes.items)) {
    std::int64_t step = 0;
    const SquareMatrix users = invert_users(likes, solved.added, threads, [&](double) {
      if (on_step) on_step(step++);
      return true;
    });
    if (users.size == 0) throw not_invertible(l2);
    if (side == Side::columns) fill_columns_by_users(likes, solved.added, users, a, threads);
    else fill_by_users(likes, solved.added, users, {a.first, a.first + a.count, 0, likes.items, a.values.data(), a.stride}, threads);
    return solved;
  }
  add_gram(likes, a, sharers, threads);
  for (std::int64_t j = a.first; j < a.first + a.count; ++j)
    a.row(j)[j] = static_cast<float>(static_cast<double>(a.row(j)[j]) + solved.added[at(j)]);
  if (!invert_shared(a, sharers, threads, on_step)) throw not_invertible(l2);
  return solved;
}

void finish_rows(SharedGram& solved, double relax, const Sharers& sharers, int threads) {
  MatrixRows& b = solved.inverse;
  std::vector<float> own;
  for (std::int64_t i = b.first; i < b.first + b.count; ++i) own.push_back(scale_of_column(solved.added[at(i)], b.row(i)[i], relax));
  std::vector<float> scale;
  for (const auto& bytes : sharers.gather(std::as_bytes(std::span(own)))) {
    const std::size_t before = scale.size();
    scale.resize(before + bytes.size() / sizeof(float));
    if (!bytes.empty()) std::memcpy(scale.data() + before, bytes.data(), bytes.size());
  }
  kernel::parallel_for(b.count, threads, [&](std::int64_t r) {
    float* row = b.row(b.first + r);
    for (std::size_t j = 0; j < scale.size(); ++j) row[j] *= scale[j];
    row[b.first + r] = 0;
  });
}

NeighbourTable largest_of_own_columns(const SharedGram& solved, double relax, std::int64_t keep, int threads) {
  const MatrixRows& b = solved.inverse;
  const std::int64_t width = std::min(keep, b.size);
  NeighbourTable table{b.count, width, std::vector<float>(at(b.count * width)), std::vector<float>(at(b.count * width))};
  kernel::parallel_for(b.count, threads, [&](std::int64_t r) {
    const std::int64_t j = b.first + r;
    const float* column = b.row(j);  // C is symmetric, or its columns are here as rows
    const float scale = scale_of_column(solved.added[at(j)], column[j], relax);
    std::vector<float> weights(column, column + b.size);
    for (float& weight : weights) weight *= scale;
    weights[at(j)] = 0;
    put_largest(table, r, weights);
  });
  return table;
}

std::int64_t shared_form_bytes(std::int64_t items, std::int64_t users, int processes) {
  const std::int64_t own = MatrixRows::bytes(items, processes);
  if (!fewer_users(users, items)) return own + shared_inverse_workspace_bytes(items);
  return own + by_users_workspace_bytes(users, items) + own / std::max<std::int64_t>(items, 1) * users_way_rows;
}

}  // namespace encore
