// A checkpoint, or a part that a process of a cluster wrote, whose plan or state is damaged ends in a sentence, before
// anything is allocated for it.
#include <gmock/gmock.h>
#include <cstdint>
#include <cstring>
#include "temporary_folder.h"
#include "process/error.h"
#include "training/checkpoint.h"
#include "models/model_parts.h"
#include "training/part_file.h"

namespace encore {
namespace {

using testing::HasSubstr;

/// One of the fuzzers' seeds, which have no checksums, after one text in its header was replaced by another.
std::string seed_after(const std::string& name, const std::string& text, const std::string& other) {
  std::string bytes = text_of(std::filesystem::path(ENCORE_SOURCE_DIR) / "fuzz/corpus" / name);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  const std::size_t at = bytes.find(text);
  if (at == std::string::npos) return "(the test does not fit the file)";
  bytes.replace(at, text.size(), other);
  length += other.size() - text.size();
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes;
}

class DamagedCheckpoint : public testing::Test {
 protected:
  DamagedCheckpoint() { std::filesystem::create_directories(file.parent_path()); }
  std::string after(const std::string& text, const std::string& other) {
    put_text(file, seed_after("checkpoint/no-checksum", text, other));
    return message_of<UserError>([&] {
      const CheckpointHead head = read_checkpoint_head(folder / "model");
      read_checkpoint(folder / "model", head.plan, 5);
    });
  }
  TemporaryFolder folder;
  std::filesystem::path file = checkpoint_file(folder / "model");
};

TEST_F(DamagedCheckpoint, IsNamedWithWhatIsWrong) {
  EXPECT_THAT(after("\"state\"", "\"stale\""), HasSubstr("it has no state"));
  EXPECT_THAT(after("\"plan\"", "\"plum\""), HasSubstr("it has no plan"));
  EXPECT_THAT(after("\\\"shards\\\":2", "\\\"shards\\\":0"), HasSubstr("none that a training can have"));
  EXPECT_THAT(after("\\\"hidden\\\":[2]", "\\\"hidden\\\":[0]"), HasSubstr("none that a training can have"));
  EXPECT_THAT(after("\\\"hidden\\\":[2]", "\\\"hidden\\\":2e9"), HasSubstr("is damaged"));
  EXPECT_THAT(after("\\\"hidden\\\":[2]", "\\\"hidden\\\":[900000]"), HasSubstr("too short for its plan"));
  EXPECT_THAT(after("\\\"steps\\\":1", "\\\"stops\\\":1"), HasSubstr("is damaged"));
  EXPECT_THAT(after("\"version\":\"1\"", "\"version\":\"2\""), HasSubstr("has format version 2, this program reads 1"));
  EXPECT_THAT(after("encore-checkpoint", "encore-chickpoint"), HasSubstr("is not a checkpoint of encore"));
}

TEST_F(DamagedCheckpoint, IsReadWhenNothingIsWrong) {
  EXPECT_THAT(after("encore-checkpoint", "encore-checkpoint"), HasSubstr("no error"));
}

class DamagedPart : public testing::Test {
 protected:
  std::string after(const std::string& text, const std::string& other, const std::string& seed = "model") {
    put_text(folder / "part", seed_after("part_file/" + seed, text, other));
    return message_of<UserError>([&] { read_model_parts({folder / "part"}); });
  }
  TemporaryFolder folder;
};

TEST_F(DamagedPart, IsNamedWithWhatIsWrong) {
  EXPECT_THAT(after("encore-model-part", "encore-modal-part"), HasSubstr("no part of a training that this program"));
  EXPECT_THAT(after("\"head\"", "\"heap\""), HasSubstr("is no part of a training"));
  EXPECT_THAT(after("\\\"plan\\\"", "\\\"plum\\\""), HasSubstr("is damaged"));
  EXPECT_THAT(after("\\\"shards\\\":2", "\\\"shards\\\":0"), HasSubstr("none that a training can have"));
  EXPECT_THAT(after("\\\"input_dropout\\\":0.5,\\\"hidden\\\":[2]", "\\\"input_dropout\\\":0.5,\\\"hidden\\\":[900000]"),
              HasSubstr("is too short for the 9900005 parameters"));
  EXPECT_THAT(after("\\\"items\\\":5", "\\\"items\\\":0"), HasSubstr("none that a model can have"));
  EXPECT_THAT(after("\\\"items\\\":5", "\\\"items\\\":2000000000"), HasSubstr("is too short for the"));
  EXPECT_THAT(after("\\\"first_item\\\":0", "\\\"first_item\\\":-9223372036854775808"), HasSubstr("none that a model"));
  EXPECT_THAT(after("\\\"last_item\\\":5", "\\\"last_item\\\":3"), HasSubstr("and should have [3, 2]"));
  EXPECT_THAT(after("encore", "encore", "half-a-model"), HasSubstr("lack items 2 to 4"));
  EXPECT_THAT(after("encore", "encore"), HasSubstr("no error"));
}

}  // namespace
}  // namespace encore
