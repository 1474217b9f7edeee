// B whose rows or columns lie with several processes, here threads of one, against B of one process: the same bits, both ways to the
// inverse, with weights of users and of likes.
#include "linear/shared_form.h"

#include <gtest/gtest.h>

#include <tuple>

#include "kernel/counter_hash.h"
#include "linear/inverse_by_users.h"
#include "linear/sharing_threads.h"
#include "process/error.h"

namespace encore {
namespace {

constexpr std::int32_t films = 500;  // three tiles, the last one short

LikeMatrix likes_of(std::size_t users, bool weigh, double balance) {
  const kernel::CounterHash random(5, kernel::Purpose::initial_weights, 0);
  std::vector<std::vector<std::int32_t>> rows(users);
  for (std::size_t u = 0; u < users; ++u)
    for (std::int32_t i = 0; i < films; ++i)
      if (random.uniform(u, static_cast<std::uint64_t>(i)) < 0.02F + 0.05F * static_cast<float>(u % 5)) rows[u].push_back(i);
  LikeMatrix likes = like_matrix(films, rows);
  const auto value = [](std::int64_t user, std::int32_t item) { return 1 + 0.3F * static_cast<float>((3 * user + 5 * item) % 7); };
  for (std::int64_t u = 0; weigh && u < likes.users(); ++u)
    for (const std::int32_t i : likes.items_of(u)) likes.value.push_back(value(u, i));
  for (std::int32_t i = 0; weigh && i < likes.items; ++i)
    for (const std::int32_t u : likes.users_of(i)) likes.of_user.push_back(value(u, i));
  weigh_users(likes, balance);
  return likes;
}

TEST(SharedForm, HasTheBitsOfOneProcess) {
  const ClosedForm form{20, 0.33, 0.4, 0};
  for (const auto& [users, weigh, balance] :
       {std::tuple{700, false, 0.0}, {700, false, 0.25}, {700, true, 0.25}, {120, false, 0.0}, {120, true, 0.25}}) {
    const LikeMatrix likes = likes_of(static_cast<std::size_t>(users), weigh, balance);
    ASSERT_EQ(fewer_users(likes.users(), films), users == 120);
    const SquareMatrix expected = closed_form(likes, form, 2);
    const NeighbourTable largest = largest_of_columns(expected, 7, 1);
    for (const int processes : {1, 2, 3, 5}) {
      EXPECT_EQ(share_among_threads(processes, [&](const Sharers& sharers) {
        SharedGram rows = solve_shared(likes, form.l2, form.denoise, Side::rows, sharers, 2);
        finish_rows(rows, form.relax, sharers, 2);
        const MatrixRows& b = rows.inverse;
        for (std::int64_t i = b.first; i < b.first + b.count; ++i)
          ASSERT_TRUE(std::equal(b.row(i), b.row(i) + b.stride, expected.row(i))) << i << " users " << users << " by " << processes;
        const SharedGram columns = solve_shared(likes, form.l2, form.denoise, Side::columns, sharers, 1);
        const NeighbourTable own = largest_of_own_columns(columns, form.relax, 7, 2);
        ASSERT_EQ(own.items, b.count);
        const std::int64_t from = columns.inverse.first * 7;
        EXPECT_TRUE(std::equal(own.item.begin(), own.item.end(), largest.item.begin() + from)) << users << " by " << processes;
        EXPECT_TRUE(std::equal(own.weight.begin(), own.weight.end(), largest.weight.begin() + from)) << users << " by " << processes;
      }), "");
    }
  }
}

TEST(SharedForm, TooSmallALambdaIsRefusedEverywhere) {
  std::vector<std::vector<std::int32_t>> rows(400, {0, 1});
  const LikeMatrix likes = like_matrix(300, rows);
  int refused = 0;
  std::mutex guard;
  share_among_threads(2, [&](const Sharers& sharers) {
    try {
      solve_shared(likes, 1e-6, 0, Side::rows, sharers, 1);
    } catch (const UserError& error) {
      const std::lock_guard lock(guard);
      refused += std::string(error.what()).find("cannot be inverted with --l2 1e-06") != std::string::npos;
    }
  });
  EXPECT_EQ(refused, 2);
}

TEST(SharedForm, MoreProcessesNeedLessEach) {
  EXPECT_LT(shared_form_bytes(20'000, 100'000, 4), closed_form_bytes(20'000, 100'000) / 2);
  EXPECT_LT(shared_form_bytes(20'000, 100'000, 8), shared_form_bytes(20'000, 100'000, 4));
  EXPECT_LT(shared_form_bytes(50'000, 2'000, 4), closed_form_bytes(50'000, 2'000) / 3);
}

}  // namespace
}  // namespace encore
