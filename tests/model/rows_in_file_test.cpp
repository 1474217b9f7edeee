// Rows that stay in their file: the numbers of SafetensorsReader::read, and nothing of a block that is not what was written.
#include "model/rows_in_file.h"

#include <gmock/gmock.h>

#include <fstream>
#include <numeric>

#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;

struct RowsInAFile : testing::Test {
  static constexpr std::int64_t rows = 3000, width = 301;  // 3.4 blocks, in which rows begin and end anywhere
  RowsInAFile() : numbers(rows * width) {
    std::iota(numbers.begin(), numbers.end(), 1.0F);
    const float other = 7;
    write_safetensors(file, {{"other", {1}, &other, 1}, {"table", {rows, width}, numbers.data(), width}}, {});
  }
  std::shared_ptr<SafetensorsReader> reader() const { return std::make_shared<SafetensorsReader>(file); }
  void damage(std::int64_t number) const {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file)) - (rows * width - number) * 4);
    out.put('\x55');
  }
  TemporaryFolder folder;
  std::filesystem::path file = folder / "weights.safetensors";
  std::vector<float> numbers;
};

TEST_F(RowsInAFile, AreTheNumbersOfTheTensor) {
  RowsInFile table(reader(), "table", {rows, width});
  constexpr std::int64_t stride = 304;
  std::vector<float> some(100 * stride, -1);
  for (const std::int64_t first : {0, 850, 900, 2900, 17}) {
    table.read(first, 100, some.data(), stride);
    for (std::int64_t r = 0; r < 100; ++r) {
      for (std::int64_t c = 0; c < stride; ++c)
        ASSERT_EQ(some[static_cast<std::size_t>(r * stride + c)],
                  c < width ? numbers[static_cast<std::size_t>((first + r) * width + c)] : -1);
    }
  }
}

TEST_F(RowsInAFile, AreKeptAndPaddedWithZeros) {
  const KeptRows kept(RowsInFile(reader(), "table", {rows, width}), 304);
  const float* row = kept.row(871);
  EXPECT_EQ(row[0], numbers[871 * width]);
  EXPECT_EQ(row[300], numbers[871 * width + 300]);
  EXPECT_EQ(row[301] + row[302] + row[303], 0);
  EXPECT_EQ(kept.row(871), row);
  EXPECT_TRUE(kept.says_something(2999));
}

TEST_F(RowsInAFile, OfADamagedBlockAreRefusedAndOthersAreNot) {
  damage(1000 * width);  // in the second block
  RowsInFile table(reader(), "table", {rows, width});
  std::vector<float> row(width);
  EXPECT_THAT(message_of<UserError>([&] { table.read(1100, 1, row.data(), width); }), HasSubstr("not those that were written"));
  EXPECT_THAT(message_of<UserError>([&] { table.read(1100, 1, row.data(), width); }), HasSubstr("not those that were written")) << "again";
  table.read(100, 1, row.data(), width);
  EXPECT_EQ(row[0], numbers[100 * width]);
}

TEST_F(RowsInAFile, OfAnotherShapeAreRefused) {
  EXPECT_THAT(message_of<UserError>([&] { RowsInFile(reader(), "table", {width, rows}); }), HasSubstr("should have [301, 3000]"));
  EXPECT_THAT(message_of<UserError>([&] { RowsInFile(reader(), "tables", {rows, width}); }), HasSubstr("the tensor tables is missing"));
}

}  // namespace
}  // namespace encore
