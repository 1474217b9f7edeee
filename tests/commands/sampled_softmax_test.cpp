// `encore train --negatives` from its words to its model: what is refused, what inspect says, and that going on from a checkpoint has the
// bits of a training without a stop. Not what is drawn (tests/training/sampled_items_test.cpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;

class SampledSoftmaxCommand : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(says({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", films_, "--years", "1950-1969", "-q"}).code, 0);
  }
  Said train(const std::string& name, std::vector<std::string> words) {
    words.insert(words.begin(), {"train", films_, "-o", path(name), "--model", "mult-dae", "--hidden", "8", "-q"});
    return says(words);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  const TemporaryFolder folder_;
  const std::string films_ = path("films");
};

TEST_F(SampledSoftmaxCommand, trains_and_says_so) {
  ASSERT_EQ(train("sampled", {"--negatives", "100", "--epochs", "2"}).code, 0);
  EXPECT_THAT(says({"inspect", path("sampled")}).out, HasSubstr("about 100 films in a step"));
}

TEST_F(SampledSoftmaxCommand, refuses_more_than_the_catalogue_has) {
  const Said said = train("sampled", {"--negatives", "5000"});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("--negatives 5,000 is no sample of 676 films"));
  EXPECT_FALSE(std::filesystem::exists(path("sampled")));
}

TEST_F(SampledSoftmaxCommand, goes_on_to_the_same_bits) {
  ASSERT_EQ(train("whole", {"--negatives", "100", "--epochs", "4"}).code, 0);
  ASSERT_EQ(train("stopped", {"--negatives", "100", "--epochs", "2", "--keep-moments"}).code, 0);
  ASSERT_EQ(train("stopped", {"--epochs", "4", "--resume"}).code, 0);
  EXPECT_EQ(text_of(path("whole") + "/weights.safetensors"), text_of(path("stopped") + "/weights.safetensors"));
}

}  // namespace
}  // namespace encore
