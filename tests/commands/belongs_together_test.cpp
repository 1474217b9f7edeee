// Datasets that a model must not be judged on, or be asked about, without a word: another scale, other films.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class BelongsTogether : public testing::Test {
 protected:
  static void done(const std::vector<std::string>& words) {
    const Said said = says(words);
    EXPECT_EQ(said.code, 0) << said.err;
  }
  static std::string complaint(const std::vector<std::string>& words) {
    const Said said = says(words);
    EXPECT_EQ(said.code, 2) << said.out;
    return said.err;
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string prepare(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> words{"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", at(name)};
    words.insert(words.end(), more.begin(), more.end());
    if (more.empty() || more.front() != "--years") words.insert(words.end(), {"--years", "1950-1955"});
    done(words);
    return at(name);
  }
  TemporaryFolder folder_;
};

TEST_F(BelongsTogether, AScaleIsPartOfWhatTheNumbersMean) {
  const std::string own = prepare("own", {}), other_scale = prepare("scale", {"--scale", "0.5-10", "--liked", "4"}),
                    other_likes = prepare("liked", {"--liked", "3"}), clicks = prepare("clicks", {"--implicit"}),
                    model = at("model");
  done({"train", own, "-o", model, "--model", "autorec", "--epochs", "1"});
  for (const bool said : {false, true}) {  // --other-dataset is about users, not about what stars mean
    std::vector<std::string> words{"evaluate", model, other_scale};
    if (said) words.emplace_back("--other-dataset");
    EXPECT_THAT(complaint(words), AllOf(HasSubstr("(--scale 0.5-5)"), HasSubstr("(--scale 0.5-10)")));
    words[2] = other_likes;
    EXPECT_THAT(complaint(words), AllOf(HasSubstr("(--liked 4)"), HasSubstr("(--liked 3)")));
    words[2] = clicks;
    EXPECT_THAT(complaint(words), HasSubstr("without stars (--implicit)"));
  }
  for (const std::string& dataset : {other_scale, clicks}) {
    const auto says_so = HasSubstr("was trained on ratings on a scale");
    EXPECT_THAT(complaint({"recommend", model, "--user", "1", "--dataset", dataset}), says_so);
    EXPECT_THAT(complaint({"recommend", model, "--all", "--dataset", dataset, "-o", at("all.csv")}), says_so);
  }
  done({"recommend", model, "--user", "1", "--dataset", other_likes});  // stars are stars
  done({"train", own, "-o", at("kept"), "--model", "autorec", "--epochs", "1", "--keep-moments"});
  EXPECT_THAT(complaint({"train", other_likes, "-o", at("kept"), "--epochs", "2", "--resume"}), HasSubstr("another dataset"));
}

TEST_F(BelongsTogether, UsersOfAnotherCatalogueGetNoAnswer) {
  const std::string own = prepare("own", {}), model = at("model");
  done({"train", own, "-o", model, "--model", "popularity"});
  std::string strangers = "userId,movieId,rating\n", namesakes = strangers;
  for (int user = 1; user <= 20; ++user) {
    for (int film = 0; film < 8; ++film) {
      strangers += fmt::format("{},{},4\n", user, 1'000'000 + film);
      namesakes += fmt::format("{},{},4\n", user, 900 + film);  // ids of films of 1950 to 1955, among others
    }
  }
  put_text(folder_ / "strangers.csv", strangers);
  put_text(folder_ / "namesakes.csv", namesakes);
  for (const std::string name : {"strangers", "namesakes"}) done({"prepare", at(name + ".csv"), "-o", at(name)});
  for (const auto& [name, part] : {std::pair<std::string, std::string>{"strangers", "knows no film of"},
                                   {"namesakes", "have other titles"}}) {
    EXPECT_THAT(complaint({"recommend", model, "--user", "1", "--dataset", at(name)}), HasSubstr(part));
    EXPECT_THAT(complaint({"recommend", model, "--all", "--dataset", at(name), "-o", at("all.csv")}), HasSubstr(part));
  }
  done({"recommend", model, "--user", "1", "--dataset", prepare("grown", {"--years", "1940-1969"})});
}

TEST_F(BelongsTogether, OptionsOfStarsDoNotGoWithoutStars) {
  const std::string source = ENCORE_SOURCE_DIR "/data/ml-latest-small";
  const auto refused = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"prepare", source, "-o", at("d")});
    return complaint(options);
  };
  EXPECT_THAT(refused({"--implicit", "--scale", "1..5"}), HasSubstr("--scale does nothing"));
  EXPECT_THAT(refused({"--implicit", "--liked", "4"}), HasSubstr("--liked does nothing"));
  EXPECT_THAT(refused({"--scale", "0-1e300"}), HasSubstr("divide them"));
}

TEST_F(BelongsTogether, WhyNobodyIsHeldOut) {
  put_text(folder_ / "two.csv", "userId,movieId,rating\n1,1,5\n1,2,5\n2,1,5\n2,2,4\n");
  done({"prepare", at("two.csv"), "-o", at("two"), "--hold-out", "0.01"});
  done({"prepare", at("two.csv"), "-o", at("none"), "--hold-out", "0"});
  for (const std::string name : {"two", "none"})
    done({"train", at(name), "-o", at(name + ".model"), "--model", "popularity"});
  EXPECT_THAT(says({"evaluate", at("two.model"), at("two")}).err, HasSubstr("--hold-out 0.01 of its 2 users gave none"));
  EXPECT_THAT(says({"evaluate", at("none.model"), at("none")}).err, HasSubstr("prepare with --hold-out 0.2"));
}

}  // namespace
}  // namespace encore
