// The canonical bytes behind a fingerprint, against sha256 values that Python's hashlib gives for them.
#include "dataset/fingerprint.h"
#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(Fingerprint, OfNothingIsSha256OfNothing) {
  EXPECT_EQ(Fingerprint().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Fingerprint, OfOneUserWithOneRating) {
  Fingerprint fingerprint;
  fingerprint.add_user("42", Fold::test);
  fingerprint.add_rating("7", 3.5f);
  // sha256(b"U\x02" + pack("<I", 2) + b"42" + b"R" + pack("<I", 1) + b"7" + pack("<f", 3.5))
  EXPECT_EQ(fingerprint.hex(), "1e3a8e762f566b66e7bed1e8dc68bbabcb27718f7a9e6b6434ec12af1eb4f0d5");
}

TEST(Fingerprint, DependsOnEveryPart) {
  const auto of = [](const char* user, Fold fold, const char* movie, float stars) {
    Fingerprint fingerprint;
    fingerprint.add_user(user, fold);
    fingerprint.add_rating(movie, stars);
    return fingerprint.hex();
  };
  const std::string one = of("1", Fold::train, "2", 4);
  EXPECT_EQ(of("1", Fold::train, "2", 4), one);
  EXPECT_NE(of("2", Fold::train, "2", 4), one);
  EXPECT_NE(of("1", Fold::validation, "2", 4), one);
  EXPECT_NE(of("1", Fold::train, "3", 4), one);
  EXPECT_NE(of("1", Fold::train, "2", 4.5f), one);
}

TEST(Fingerprint, DoesNotDependOnTheBuffer) {
  const auto many = [](int users) {
    Fingerprint fingerprint;
    for (int user = 0; user < users; ++user) {
      fingerprint.add_user(std::to_string(user), Fold::train);
      for (int item = 0; item < 10; ++item) fingerprint.add_rating(std::to_string(item), 4);
    }
    return fingerprint.hex();
  };
  EXPECT_EQ(many(1000), "f5c9ac31e24bd23a40dd801485e420037307a7f8c8c2ac00b4321f3ac940ab9b");
}

}  // namespace
}  // namespace encore
