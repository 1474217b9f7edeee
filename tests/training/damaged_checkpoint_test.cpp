// A checkpoint whose plan or state is damaged ends in a sentence, before anything is allocated for it.
#include <gmock/gmock.h>
#include "temporary_folder.h"
#include "process/error.h"
#include "training/checkpoint.h"

namespace encore {
namespace {

using testing::HasSubstr;

class DamagedCheckpoint : public testing::Test {
 protected:
  DamagedCheckpoint()
      : whole(text_of(std::filesystem::path(ENCORE_SOURCE_DIR) / "fuzz/corpus/checkpoint/no-checksum")) {
    std::filesystem::create_directories(checkpoint_file(folder / "model").parent_path());
  }
  /// What is said of the checkpoint after one text in its header was replaced by another of the same length.
  std::string after(const std::string& text, const std::string& other) {
    std::string bytes = whole;
    const std::size_t at = bytes.find(text);
    if (at == std::string::npos || text.size() != other.size()) return "(the test does not fit the file)";
    put_text(checkpoint_file(folder / "model"), bytes.replace(at, text.size(), other));
    return message_of<UserError>([&] {
      const CheckpointHead head = read_checkpoint_head(folder / "model");
      read_checkpoint(folder / "model", head.plan, 5);
    });
  }
  TemporaryFolder folder;
  std::string whole;
};

TEST_F(DamagedCheckpoint, IsNamedWithWhatIsWrong) {
  EXPECT_THAT(after("\"state\"", "\"stale\""), HasSubstr("it has no state"));
  EXPECT_THAT(after("\"plan\"", "\"plum\""), HasSubstr("it has no plan"));
  EXPECT_THAT(after("\\\"shards\\\":2", "\\\"shards\\\":0"), HasSubstr("none that a training can have"));
  EXPECT_THAT(after("\\\"hidden\\\":[2]", "\\\"hidden\\\":[0]"), HasSubstr("none that a training can have"));
  EXPECT_THAT(after("\\\"hidden\\\":[2]", "\\\"hidden\\\":2e9"), HasSubstr("is damaged"));
  EXPECT_THAT(after("\\\"steps\\\":1", "\\\"stops\\\":1"), HasSubstr("is damaged"));
  EXPECT_THAT(after("encore-checkpoint", "encore-chickpoint"), HasSubstr("is not a checkpoint of encore"));
}

TEST_F(DamagedCheckpoint, IsReadWhenNothingIsWrong) {
  EXPECT_THAT(after("encore-checkpoint", "encore-checkpoint"), HasSubstr("no error"));
}

}  // namespace
}  // namespace encore
