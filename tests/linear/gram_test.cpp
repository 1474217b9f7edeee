// Counts of pairs by hand.
#include "linear/gram.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(Gram, CountsUsersWhoLikedBoth) {
  const LikeMatrix likes = like_matrix(3, {{0, 2}, {}, {2, 0, 2}, {1}, {2}});
  EXPECT_EQ(likes.users(), 4);  // one liked nothing
  EXPECT_EQ(likes.pairs(), 4 + 4 + 1 + 1);
  SquareMatrix g = SquareMatrix::zeros(3);
  add_gram(likes, g, 2);
  EXPECT_EQ(g.row(0)[0], 2);
  EXPECT_EQ(g.row(0)[1], 0);
  EXPECT_EQ(g.row(0)[2], 2);
  EXPECT_EQ(g.row(1)[1], 1);
  EXPECT_EQ(g.row(1)[2], 0);
  EXPECT_EQ(g.row(2)[2], 3);
}

}  // namespace
}  // namespace encore
