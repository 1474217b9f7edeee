// Items that a closed form gets afterwards have the columns and rows that they have in one that was solved with them, whatever the form.
#include "linear/bordered_form.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernel/counter_hash.h"

namespace encore {
namespace {

constexpr std::int32_t known = 15, added = 3, users = 50;
std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

struct Likes {
  LikeMatrix all, without;
  std::vector<std::vector<std::int32_t>> liked_by;  ///< of the new items, which are the last ones of `all`
};

/// Nobody likes item 14, everybody item 0, so that rows are those of the users in both. New items are liked by some, few and none.
Likes some_likes() {
  const kernel::CounterHash random(5, kernel::Purpose::initial_weights, 0);
  std::vector<std::vector<std::int32_t>> rows(at(users), {0});
  Likes likes;
  likes.liked_by.resize(added);
  for (std::int32_t u = 0; u < users; ++u)
    for (std::int32_t i = 1; i + 1 < known; ++i)
      if (random.uniform(static_cast<std::uint64_t>(u), static_cast<std::uint64_t>(i)) < 0.1F + 0.03F * static_cast<float>(i))
        rows[at(u)].push_back(i);
  likes.without = like_matrix(known, rows);
  for (std::int32_t u = 0; u < users; ++u) {
    if (u % 3 == 0 || u % 7 == 1) rows[at(u)].push_back(known), likes.liked_by[0].push_back(u);
    if (u % 9 == 3) rows[at(u)].push_back(known + 1), likes.liked_by[1].push_back(u);
  }
  likes.all = like_matrix(known + added, rows);
  return likes;
}

TensorView view_of(const SquareMatrix& matrix) { return {"item_weights", {matrix.size, matrix.size}, matrix.values.data(), matrix.stride}; }

class EveryForm : public testing::TestWithParam<ClosedForm> {};

TEST_P(EveryForm, NewItemsAreThoseOfAFormThatWasSolvedWithThem) {
  Likes likes = some_likes();
  if (GetParam().balance > 0) {  // as they were before the new items came
    weigh_users(likes.without, GetParam().balance);
    likes.all.weight = likes.without.weight;
  }
  const auto solved = [&](const LikeMatrix& of) {
    SolvedGram gram = solve_gram(of, GetParam().l2, GetParam().denoise, 1);
    scale_columns(gram.inverse, column_scales(gram, GetParam().relax), 1);
    return std::move(gram.inverse);
  };
  const SquareMatrix with = solved(likes.all), without = solved(likes.without);
  const TensorView weights = view_of(without);
  const Border border = bordered_form(likes.without, GetParam(), likes.liked_by, &weights, 1);
  double largest = 0;
  for (std::int64_t j = 0; j < added; ++j) {
    for (std::int64_t k = 0; k < known; ++k) {
      EXPECT_NEAR(border.into[at(j)][at(k)], with.row(k)[known + j], 2e-6) << "column " << j << " from " << k;
      EXPECT_NEAR(border.out_of[at(j)][at(k)], with.row(known + j)[k], 2e-6) << "row " << j << " to " << k;
      largest = std::max(largest, std::abs(static_cast<double>(border.into[at(j)][at(k)])));
    }
    for (std::int64_t i = 0; i < added; ++i) EXPECT_NEAR(border.between[at(i)][at(j)], with.row(known + i)[known + j], 2e-6);
  }
  EXPECT_GT(largest, 0.02) << "else nothing was compared";
  for (const float number : border.into[2]) EXPECT_EQ(number, 0) << "nobody likes the last one";
}

TEST_P(EveryForm, TheSameBitsForAnyThreads) {
  const Likes likes = some_likes();
  SolvedGram gram = solve_gram(likes.without, GetParam().l2, GetParam().denoise, 1);
  scale_columns(gram.inverse, column_scales(gram, GetParam().relax), 1);
  const TensorView weights = view_of(gram.inverse);
  const Border one = bordered_form(likes.without, GetParam(), likes.liked_by, &weights, 1);
  const Border three = bordered_form(likes.without, GetParam(), likes.liked_by, &weights, 3);
  EXPECT_EQ(one.into, three.into);
  EXPECT_EQ(one.out_of, three.out_of);
  EXPECT_EQ(one.between, three.between);
}

INSTANTIATE_TEST_SUITE_P(Forms, EveryForm,
                         testing::Values(ClosedForm{.l2 = 3}, ClosedForm{.l2 = 3, .denoise = 0.3}, ClosedForm{.l2 = 3, .relax = 0.4},
                                         ClosedForm{.l2 = 1, .denoise = 0.4, .relax = 0.9},
                                         ClosedForm{.l2 = 3, .denoise = 0.3, .relax = 0.3, .balance = 0.5}));

}  // namespace
}  // namespace encore
