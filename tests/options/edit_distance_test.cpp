// Edits counted by hand, up to the limit.
#include "options/edit_distance.h"
#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(EditDistance, CountsEditsUpToItsLimit) {
  EXPECT_EQ(edit_distance("vertigo", "vertigo", 3), 0);
  EXPECT_EQ(edit_distance("vertigo", "vretigo", 3), 1);  // neighbours swapped
  EXPECT_EQ(edit_distance("vertigo", "vertgo", 3), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting", 3), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting", 2), 3);  // more than 2
  EXPECT_EQ(edit_distance("a", "abcdefgh", 3), 4);
  EXPECT_EQ(edit_distance("", "abc", 3), 3);
  EXPECT_EQ(edit_distance("epoch", "epochs", 1), 1);
  EXPECT_EQ(edit_distance("train", "trian", 1), 1);
}

}  // namespace
}  // namespace encore
