// The canonical bytes behind a fingerprint, against sha256 values that Python's hashlib gives for them.
#include "dataset/fingerprint.h"
#include <gtest/gtest.h>

namespace encore {
namespace {

constexpr RatingScale half_stars{0.5, 5, 4, false};

TEST(Fingerprint, OfNothingIsThatOfTheScale) {
  // sha256(pack("<c?3d", b"S", False, 0.5, 5, 4))
  EXPECT_EQ(Fingerprint(half_stars).hex(), "3ae84c1bd06baae626fff905dcff87bfc1c6f94f0ec841f6e4f20ab0bab3493d");
}

TEST(Fingerprint, OfOneUserWithOneRating) {
  Fingerprint fingerprint(half_stars);
  fingerprint.add_user("42", Fold::test);
  fingerprint.add_rating("7", 3.5f);
  // sha256(the scale's bytes + b"U\x02" + pack("<I", 2) + b"42" + b"R" + pack("<I", 1) + b"7" + pack("<f", 3.5))
  EXPECT_EQ(fingerprint.hex(), "4e27dd55dab0a082718c7d92bf7a9fa6a22f81a7faa8693634de6c07c039768a");
}

TEST(Fingerprint, DependsOnEveryPart) {
  const auto of = [](const char* user, Fold fold, const char* movie, float stars) {
    Fingerprint fingerprint(half_stars);
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

TEST(Fingerprint, DependsOnWhatTheNumbersMean) {
  const std::string one = Fingerprint(half_stars).hex();
  EXPECT_NE(Fingerprint({1, 5, 4, false}).hex(), one);
  EXPECT_NE(Fingerprint({0.5, 10, 4, false}).hex(), one);
  EXPECT_NE(Fingerprint({0.5, 5, 3.5, false}).hex(), one);
  EXPECT_NE(Fingerprint({0.5, 5, 4, true}).hex(), one);
}

TEST(Fingerprint, DoesNotDependOnTheBuffer) {
  const auto many = [](int users) {
    Fingerprint fingerprint(half_stars);
    for (int user = 0; user < users; ++user) {
      fingerprint.add_user(std::to_string(user), Fold::train);
      for (int item = 0; item < 10; ++item) fingerprint.add_rating(std::to_string(item), 4);
    }
    return fingerprint.hex();
  };
  EXPECT_EQ(many(1000), "4a0211c99fd0c6475a183e36a761cf70576e1f0642d82748476b4ce252b9af09");
}

}  // namespace
}  // namespace encore
