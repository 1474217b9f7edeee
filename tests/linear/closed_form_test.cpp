// The closed forms against their definitions, computed in double with another method: each column is the solution of its own
// least squares (without its item as an input), and EDLAE's and RDLAE's formulas element by element.
#include "linear/closed_form.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "kernel/counter_hash.h"
#include "linear/inverse_by_users.h"
#include "linear/item_rows.h"

namespace encore {
namespace {

using Plain = std::vector<std::vector<double>>;
constexpr std::int32_t all_items = 23;

LikeMatrix growing_likes(std::size_t users = 60) {
  const kernel::CounterHash random(3, kernel::Purpose::initial_weights, 0);
  std::vector<std::vector<std::int32_t>> rows(users);
  for (std::size_t u = 0; u < rows.size(); ++u)
    for (std::int32_t i = 0; i + 1 < all_items; ++i)  // nobody likes the last one
      if (random.uniform(u, static_cast<std::uint64_t>(i)) < 0.1F + 0.02F * static_cast<float>(i)) rows[u].push_back(i);
  return like_matrix(all_items, rows);
}

/// The same likes, each with a weight of its own.
LikeMatrix weighing(LikeMatrix likes) {
  const auto weight = [](std::int64_t user, std::int32_t item) { return 1 + 0.25F * static_cast<float>((3 * user + 5 * item) % 7); };
  for (std::int64_t u = 0; u < likes.users(); ++u)
    for (const std::int32_t i : likes.items_of(u)) likes.value.push_back(weight(u, i));
  for (std::int32_t i = 0; i < likes.items; ++i)
    for (const std::int32_t u : likes.users_of(i)) likes.of_user.push_back(weight(u, i));
  return likes;
}

Plain gram(const LikeMatrix& likes) {
  Plain g(all_items, std::vector<double>(all_items));
  for (std::int64_t u = 0; u < likes.users(); ++u) {
    std::vector<double> x(all_items);
    for (auto place = likes.row[static_cast<std::size_t>(u)]; place < likes.row[static_cast<std::size_t>(u) + 1]; ++place)
      x[static_cast<std::size_t>(likes.item[static_cast<std::size_t>(place)])] = static_cast<double>(likes.value_in_row(place));
    for (std::size_t i = 0; i < all_items; ++i)
      for (std::size_t j = 0; j < all_items; ++j) g[i][j] += static_cast<double>(likes.weight_of(u)) * x[i] * x[j];
  }
  return g;
}

/// The solution of a·x = b by Gaussian elimination with pivoting.
std::vector<double> solution(Plain a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t p = 0; p < n; ++p) {
    std::size_t best = p;
    for (std::size_t r = p; r < n; ++r)
      if (std::abs(a[r][p]) > std::abs(a[best][p])) best = r;
    std::swap(a[p], a[best]), std::swap(b[p], b[best]);
    for (std::size_t r = 0; r < n; ++r) {
      const double factor = a[r][p] / a[p][p];
      if (r == p) continue;
      for (std::size_t c = 0; c < n; ++c) a[r][c] -= factor * a[p][c];
      b[r] -= factor * b[p];
    }
  }
  for (std::size_t p = 0; p < n; ++p) b[p] /= a[p][p];
  return b;
}

/// min ‖X[:, j] − Σ over i ≠ j of X[:, i]·b[i]‖² + Σ (λ + p/(1−p)·G[i][i])·b[i]²: EASE, and EDLAE with p > 0.
std::vector<double> column_by_least_squares(const Plain& g, std::size_t j, double l2, double p) {
  Plain a;
  std::vector<double> right;
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (i == j) continue;
    a.emplace_back();
    for (std::size_t k = 0; k < g.size(); ++k)
      if (k != j) a.back().push_back(g[i][k] + (i == k ? l2 + p / (1 - p) * g[i][i] : 0));
    right.push_back(g[i][j]);
  }
  std::vector<double> b = solution(a, right);
  b.insert(b.begin() + static_cast<std::ptrdiff_t>(j), 0.0);
  return b;
}

/// 60 users and 23 items go the direct way, 9 users the users' way.
TEST(ClosedForm, SolvesEachColumnsLeastSquares) {
  ASSERT_FALSE(fewer_users(60, all_items));
  ASSERT_TRUE(fewer_users(9, all_items));
  for (const auto& [users, p, balance, weigh] :
       {std::tuple{60, 0.0, 0.0, false}, {60, 0.33, 0.0, false}, {60, 0.33, 0.5, false}, {60, 0.33, 0.5, true}, {9, 0.0, 0.0, false},
        {9, 0.33, 0.0, false}, {9, 0.33, 0.5, false}, {9, 0.33, 0.5, true}}) {
    LikeMatrix likes = growing_likes(static_cast<std::size_t>(users));
    if (weigh) likes = weighing(std::move(likes));
    weigh_users(likes, balance);
    const Plain g = gram(likes);
    const SquareMatrix b = closed_form(likes, {4, p, 0}, 2);
    for (std::size_t j = 0; j < all_items; ++j) {
      const auto column = column_by_least_squares(g, j, 4, p);
      for (std::size_t i = 0; i < all_items; ++i)
        EXPECT_NEAR(b.row(static_cast<std::int64_t>(i))[j], column[i], 2e-5) << i << " " << j << " users " << users << " p " << p;
    }
  }
}

TEST(ClosedForm, RelaxesTheDiagonal) {
  const LikeMatrix likes = growing_likes();
  Plain a = gram(likes);
  const double l2 = 4, p = 0.33, xi = 0.4;
  std::vector<double> gamma;
  for (std::size_t i = 0; i < all_items; ++i) gamma.push_back(l2 + p / (1 - p) * a[i][i]), a[i][i] += gamma[i];
  const SquareMatrix b = closed_form(likes, {l2, p, xi}, 1);
  int relaxed = 0;
  for (std::size_t j = 0; j < all_items; ++j) {
    std::vector<double> unit(all_items);
    unit[j] = 1;
    const auto c = solution(a, unit);  // column j of C
    const double mu = std::max(0.0, (1 - xi) / c[j] - gamma[j]);
    relaxed += mu == 0;
    for (std::size_t i = 0; i < all_items; ++i)
      EXPECT_NEAR(b.row(static_cast<std::int64_t>(i))[j], i == j ? 0 : -c[i] * (gamma[j] + mu), 2e-5);
  }
  EXPECT_GT(relaxed, 0);
  EXPECT_LT(relaxed, all_items);
}

TEST(ClosedForm, StopsAndSaysWhenLambdaIsTooSmall) {
  EXPECT_EQ(closed_form(growing_likes(), {4, 0, 0}, 1, [](double) { return false; }).size, 0);
  EXPECT_ANY_THROW(closed_form(like_matrix(3, {{0, 1}, {0, 1}}), {1e-30, 0, 0}, 1));
}

TEST(ItemRows, KeepsTheLargestOfEachColumn) {
  SquareMatrix w = SquareMatrix::zeros(4);
  const std::vector<std::vector<float>> rows{{0, 1, -5, 0}, {2, 0, 3, 0}, {-2, 4, 0, 0}, {1, -4, 3, 0}};
  for (std::size_t i = 0; i < 4; ++i) std::copy(rows[i].begin(), rows[i].end(), w.row(static_cast<std::int64_t>(i)));
  const NeighbourTable table = largest_of_columns(w, 2, 2);
  EXPECT_EQ(table.item, (std::vector<float>{1, 2, 2, 3, 0, 1, -1, -1}));  // of equal ones the lower item
  EXPECT_EQ(table.weight, (std::vector<float>{2, -2, 4, -4, -5, 3, 0, 0}));
  const ItemRows by_liked = rows_of(table);
  EXPECT_EQ(by_liked.start, (std::vector<std::int64_t>{0, 1, 3, 5, 6}));
  EXPECT_EQ(by_liked.item, (std::vector<std::int32_t>{2, 0, 2, 0, 1, 1}));
  EXPECT_EQ(by_liked.weight, (std::vector<float>{-5, 2, 3, -2, 4, -4}));
  EXPECT_ANY_THROW(rows_of({2, 1, {5, -1}, {1, 0}}));
}

TEST(ItemRows, NeighboursByShrunkenCosine) {
  // n = (3, 2, 1, 1); together: (0, 1) 2 users, (0, 2) 1, (1, 2) 1, (0, 3) none.
  const LikeMatrix likes = like_matrix(4, {{0, 1, 2}, {0, 1}, {0}, {3}});
  const NeighbourTable table = nearest_neighbours(likes, 1, 0.5, 2);
  EXPECT_EQ(table.item, (std::vector<float>{1, 0, 1, -1}));
  EXPECT_FLOAT_EQ(table.weight[0], static_cast<float>(2 / (std::sqrt(6.0) + 0.5)));
  EXPECT_FLOAT_EQ(table.weight[1], table.weight[0]);
  EXPECT_FLOAT_EQ(table.weight[2], static_cast<float>(1 / (std::sqrt(2.0) + 0.5)));  // beats item 0: 1/(√3 + ½)
}

TEST(ItemRows, NeighboursByUsersWhoCountLessTheMoreTheyLike) {
  LikeMatrix likes = like_matrix(4, {{0, 1, 2}, {0, 1}, {0}, {3}});
  weigh_users(likes, 1);  // 7 likes of 4 users: 7/12, 7/8, 7/4 and 7/4
  const NeighbourTable table = nearest_neighbours(likes, 1, 0.5, 2);
  EXPECT_EQ(table.item, (std::vector<float>{1, 0, 1, -1}));
  const double both = 7 / 12.0 + 7 / 8.0, all = both + 7 / 4.0;
  EXPECT_FLOAT_EQ(table.weight[0], static_cast<float>(both / (std::sqrt(all) * std::sqrt(both) + 0.5)));
  EXPECT_FLOAT_EQ(table.weight[2], static_cast<float>(7 / 12.0 / (std::sqrt(7 / 12.0) * std::sqrt(both) + 0.5)));
}

TEST(ItemRows, AnItemThatCameLaterIsAsNearAsIfItHadBeenThere) {
  LikeMatrix whole = like_matrix(3, {{0, 1, 2}, {0, 2}, {1}}), before = like_matrix(2, {{0, 1}, {0}, {1}});
  whole.weight = before.weight = {1, 0.5F, 0.25F};
  const NeighbourTable table = nearest_neighbours(whole, 2, 0.5, 1);
  EXPECT_EQ(likeness_to(before, {0, 1}, 0.5), (std::vector<float>{table.weight[4], table.weight[5]}));
  EXPECT_EQ(likeness_to(before, {2}, 0.5)[0], 0);
}

TEST(ItemRows, NeighboursOfLikesThatWeigh) {
  const LikeMatrix likes = weighing(like_matrix(3, {{0, 1}, {0, 1, 2}, {2}}));  // 1 and 2.25; 1.75, 1.25 and 2.5; 1.5
  const NeighbourTable table = nearest_neighbours(likes, 2, 0.5, 1);
  const double squares0 = 1 + 1.75 * 1.75, squares1 = 2.25 * 2.25 + 1.25 * 1.25;
  EXPECT_EQ(table.item[0], 1);
  EXPECT_FLOAT_EQ(table.weight[0], static_cast<float>((2.25 + 1.75 * 1.25) / (std::sqrt(squares0 * squares1) + 0.5)));
}

}  // namespace
}  // namespace encore
