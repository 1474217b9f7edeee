// The list of sums: its bytes are those of coreutils' sha256sum, and what it finds.
#include "digest/checksums.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;

constexpr const char* sum_of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";  // FIPS 180-2, B.1
constexpr const char* sum_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

class Checksums : public testing::Test {
 protected:
  Checksums() {
    put_text(folder / "whole.json", "abc");
    std::filesystem::create_directory(folder / "table.parquet");
    put_text(folder / "table.parquet/part-1.parquet", "abc");
    put_text(folder / "table.parquet/part-0.parquet", "");
    put_text(folder / "table.parquet/_SUCCESS", "no data");
    std::filesystem::create_directory(folder / "checkpoints");
    put_text(folder / "checkpoints/last.safetensors", "changes later");
    write_checksums(folder.path());
  }

  std::string complaint() const {
    try {
      require_checksums(folder.path(), {"whole.json", "table.parquet"});
      return {};
    } catch (const UserError& error) {
      return error.what();
    }
  }

  TemporaryFolder folder;
};

TEST_F(Checksums, AreThoseOfSha256sum) {
  EXPECT_EQ(text_of(folder / "sha256sums.txt"), std::string(sum_of_nothing) + "  table.parquet/part-0.parquet\n" +
                                                    sum_of_abc + "  table.parquet/part-1.parquet\n" + sum_of_abc +
                                                    "  whole.json\n");
  EXPECT_EQ(complaint(), "");
}

TEST_F(Checksums, FindOtherBytesInAFileAndInAPart) {
  put_text(folder / "table.parquet/part-1.parquet", "abd");
  EXPECT_THAT(complaint(), HasSubstr("table.parquet/part-1.parquet is not as it was written"));
  put_text(folder / "table.parquet/part-1.parquet", "abc");
  put_text(folder / "whole.json", "abc\n");
  EXPECT_THAT(complaint(), HasSubstr("whole.json is not as it was written"));
}

TEST_F(Checksums, FindAPartThatWasAdded) {
  put_text(folder / "table.parquet/part-2.parquet", "abc");
  EXPECT_THAT(complaint(), HasSubstr("does not name " + (folder / "table.parquet/part-2.parquet").string()));
}

TEST_F(Checksums, OfADamagedListAreRefused) {
  put_text(folder / "sha256sums.txt", "");
  EXPECT_THAT(complaint(), HasSubstr("sha256sums.txt is damaged"));
  put_text(folder / "sha256sums.txt", std::string(sum_of_abc) + "  whole.json\nshort\n");
  EXPECT_THAT(complaint(), HasSubstr("sha256sums.txt is damaged at line 2"));
}

TEST_F(Checksums, ThatWereDeletedAllowChanges) {
  put_text(folder / "whole.json", "changed");
  std::filesystem::remove(folder / "sha256sums.txt");
  EXPECT_EQ(complaint(), "");
}

}  // namespace
}  // namespace encore
