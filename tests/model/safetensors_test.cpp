// The safetensors file: what is written is read again, and every damage ends in a sentence that names the file.
#include "model/safetensors.h"
#include <algorithm>
#include <cstring>
#include <gmock/gmock.h>
#include <limits>
#include "temporary_folder.h"
#include "digest/sha256.h"
#include "process/error.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* no_error = "(no error of the expected kind)";

class Safetensors : public testing::Test {
 protected:
  /// Two tensors: weight [2, 3] out of rows that are 4 apart, bias [2].
  void write() {
    const float weight[] = {1, 2, 3, -9, 4, 5, 6, -9}, bias[] = {7, 8};
    write_safetensors(file, {{"weight", {2, 3}, weight, 4}, {"bias", {2}, bias, 2}}, {{"format", "test"}});
  }
  /// The file's bytes with another header; the numbers stay.
  void put_header(const std::string& header, std::size_t data_bytes) {
    std::string bytes(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    put_text(file, bytes + header + std::string(data_bytes, '\0'));
  }
  std::string complaint() {
    return message_of<UserError>([&] {
      SafetensorsReader reader(file);
      float values[8] = {};
      reader.read({"weight", {2, 3}, values, 4});
      reader.expect_all_read();
    });
  }
  /// Of reading the tensors in the other order than that of the file.
  std::string complaint_of_all() {
    return message_of<UserError>([&] {
      SafetensorsReader reader(file);
      float values[8] = {};
      reader.read({"bias", {2}, values, 2});
      reader.read({"weight", {2, 3}, values, 4});
    });
  }
  TemporaryFolder folder;
  std::filesystem::path file = folder / "weights.safetensors";
};

TEST_F(Safetensors, WritesTheDocumentedLayout) {
  write();
  const std::string bytes = text_of(file);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0U);
  EXPECT_THAT(bytes.substr(8, length), HasSubstr(R"("weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]})"));
  EXPECT_THAT(bytes.substr(8, length), HasSubstr(R"("bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]})"));
  float values[8];
  ASSERT_EQ(bytes.size(), 8 + length + sizeof values);
  std::memcpy(values, bytes.data() + 8 + length, sizeof values);
  EXPECT_THAT(values, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));  // no padding
}

TEST_F(Safetensors, ReadsIntoPaddedRowsAndLeavesThePaddingAlone) {
  write();
  SafetensorsReader reader(file);
  float weight[] = {0, 0, 0, 0, 0, -1, -1, -1, -1, -1}, bias[] = {0, 0};
  reader.read({"weight", {2, 3}, weight, 5});
  reader.read({"bias", {2}, bias, 2});
  reader.expect_all_read();
  EXPECT_THAT(weight, ElementsAre(1, 2, 3, 0, 0, 4, 5, 6, -1, -1));
  EXPECT_THAT(bias, ElementsAre(7, 8));
  EXPECT_EQ(reader.metadata().at("format"), "test");
}

TEST_F(Safetensors, SaysWhatIsDamaged) {
  EXPECT_THAT(complaint(), HasSubstr("cannot be opened"));
  put_text(file, "abc");
  EXPECT_THAT(complaint(), HasSubstr("it has only 3 bytes"));
  put_text(file, std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8) + "{}");
  EXPECT_THAT(complaint(), HasSubstr("header is longer than the file"));
  put_header("not JSON", 0);
  EXPECT_THAT(complaint(), HasSubstr("not the JSON of a safetensors file"));
  put_header(R"({"weight":{"dtype":"F32","shape":[2,3]}})", 24);
  EXPECT_THAT(complaint(), HasSubstr("not the JSON of a safetensors file"));
  put_header(R"({"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]}})", 32);
  EXPECT_THAT(complaint(), HasSubstr("overlap or leave holes"));
  put_header(
      R"({"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"F32","shape":[2],"data_offsets":[16,24]}})",
      24);
  EXPECT_THAT(complaint(), HasSubstr("overlap or leave holes"));
  put_header(R"({"bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8);
  EXPECT_THAT(complaint(), HasSubstr("tensor weight is missing"));
  put_header(R"({"weight":{"dtype":"F16","shape":[2,3],"data_offsets":[0,12]}})", 12);
  EXPECT_THAT(complaint(), HasSubstr("weight is F16, not F32"));
  put_header(R"({"weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}})", 24);
  EXPECT_THAT(complaint(), HasSubstr("has the shape [3, 2] and should have [2, 3]"));
  put_header(R"({"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}})", 20);
  EXPECT_THAT(complaint(), HasSubstr("has the shape [2, 3], but 20 bytes"));
  write();
  EXPECT_THAT(complaint(), HasSubstr("a tensor bias that config.json does not speak of"));
  EXPECT_THAT(complaint(), HasSubstr(file.string()));
}

TEST_F(Safetensors, NoticesEveryTruncation) {
  write();
  const std::string whole = text_of(file);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    put_text(file, whole.substr(0, size));
    EXPECT_THAT(complaint(), HasSubstr("is damaged")) << size << " of " << whole.size() << " bytes";
  }
  put_text(file, whole + "x");
  EXPECT_THAT(complaint(), HasSubstr("1 bytes too many"));
}

TEST_F(Safetensors, RefusesValuesThatAreNotFinite) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const float weight[] = {1, 2, 3, 4, bad, 6};
    put_header(R"({"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}})", 0);
    put_text(file, text_of(file) + std::string(reinterpret_cast<const char*>(weight), sizeof weight));
    EXPECT_THAT(complaint(), HasSubstr("not a finite number (row 1)"));
  }
}

TEST_F(Safetensors, DoesNotWriteWhatNobodyCouldRead) {
  write();
  const std::string before = text_of(file);
  const float weight[] = {1, 2, 3, 4, std::numeric_limits<float>::quiet_NaN(), 6};
  EXPECT_THAT(message_of<UserError>([&] {
                write_safetensors(file, {{"weight", {2, 3}, weight, 3}}, {});
              }),
              testing::AllOf(HasSubstr("no longer finite numbers (weight, row 1)"), HasSubstr("--learning-rate")));
  EXPECT_EQ(text_of(file), before);
}

TEST_F(Safetensors, NoticesEveryBitThatRotsInTheNumbers) {
  write();
  const std::string whole = text_of(file);
  for (std::size_t at = whole.size() - 32; at < whole.size(); ++at) {
    std::string rotten = whole;
    rotten[at] = static_cast<char>(rotten[at] ^ 1 << at % 8);
    put_text(file, rotten);
    EXPECT_THAT(complaint_of_all(), HasSubstr("its numbers are not those that were written")) << "byte " << at;
  }
}

TEST_F(Safetensors, NoBitThatRotsInTheHeaderGivesOtherWordsOrNumbers) {
  write();
  const std::string whole = text_of(file);
  const auto understood = [&] {
    SafetensorsReader reader(file);
    float weight[6] = {}, bias[2] = {};
    reader.read({"weight", {2, 3}, weight, 3});
    reader.read({"bias", {2}, bias, 2});
    reader.expect_all_read();
    EXPECT_THAT(weight, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_THAT(bias, ElementsAre(7, 8));
    EXPECT_EQ(reader.metadata().at("format"), "test");
  };
  int refused = 0;
  for (std::size_t bit = 0; bit < (whole.size() - 32) * 8; ++bit) {
    std::string rotten = whole;
    rotten[bit / 8] = static_cast<char>(rotten[bit / 8] ^ 1 << bit % 8);
    put_text(file, rotten);
    SCOPED_TRACE(bit);
    try {
      understood();
    } catch (const UserError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000);
  put_text(file, std::string(whole).replace(whole.find("test"), 4, "text"));
  EXPECT_THAT(complaint(), HasSubstr("its metadata is not what was written"));
}

/// 3,001 rows of 307 numbers: 3.5 mebibytes, so blocks end in the middle of rows; number n is n.
class LongSafetensors : public Safetensors {
 protected:
  static constexpr std::int64_t rows = 3001, width = 307, stride = 320;
  void SetUp() override {
    std::vector<float> values(rows * stride, -1);
    for (std::int64_t i = 0; i < rows * width; ++i)
      values[static_cast<std::size_t>(i / width * stride + i % width)] = static_cast<float>(i);
    write_safetensors(file, {{"long", {rows, width}, values.data(), stride}}, {});
  }
  std::vector<float> read(std::int64_t first, std::int64_t count) {
    std::vector<float> values(static_cast<std::size_t>(count * stride), -2);
    SafetensorsReader(file).read_rows({"long", {count, width}, values.data(), stride}, first);
    return values;
  }
  /// One byte of number n changes.
  void rot(std::int64_t n) {
    std::string bytes = text_of(file);
    bytes[bytes.size() - static_cast<std::size_t>(rows * width - n) * sizeof(float)] ^= 1;
    put_text(file, bytes);
  }
};

TEST_F(LongSafetensors, RowsAcrossBlocksAreThoseOfTheTensor) {
  const std::vector<std::pair<std::int64_t, std::int64_t>> parts = {{0, rows}, {0, 1}, {853, 2}, {854, 900}, {3000, 1}};
  for (const auto& [first, count] : parts) {
    const auto values = read(first, count);
    for (std::int64_t row = 0; row < count; ++row)
      for (std::int64_t column = 0; column < stride; ++column)
        ASSERT_EQ(values[static_cast<std::size_t>(row * stride + column)],
                  column < width ? static_cast<float>((first + row) * width + column) : -2)
            << "rows from " << first << ", row " << row << ", column " << column;
  }
}

TEST_F(LongSafetensors, ABlockThatRotsIsNoticedByWhoReadsIt) {
  constexpr std::int64_t numbers_of_a_block = 1 << 18;
  rot(2 * numbers_of_a_block + 5);  // row 1,707
  const auto complaint_of = [&](std::int64_t first, std::int64_t count) {
    return message_of<UserError>([&] { read(first, count); });
  };
  EXPECT_THAT(complaint_of(0, rows), HasSubstr("its numbers are not those that were written"));
  EXPECT_THAT(complaint_of(1707, 1), HasSubstr("its numbers are not those that were written"));
  EXPECT_THAT(complaint_of(1800, 10), HasSubstr("its numbers are not those that were written"));
  EXPECT_EQ(complaint_of(0, 1000), no_error);
  EXPECT_EQ(complaint_of(3000, 1), no_error);
}

TEST_F(Safetensors, OfOlderVersionsHaveOneSumOfAllNumbers) {
  const float weight[] = {1, 2, 3, 4, 5, 6}, bias[] = {7, 8};
  const std::string numbers = std::string(reinterpret_cast<const char*>(weight), sizeof weight) +
                              std::string(reinterpret_cast<const char*>(bias), sizeof bias);
  Sha256 sum;
  sum.add(numbers);
  put_header(R"({"__metadata__":{"sha256":")" + sum.hex() + R"("},"weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
             R"("bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]}})", 0);
  const std::string header = text_of(file);
  put_text(file, header + numbers);
  EXPECT_EQ(complaint_of_all(), no_error);
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    std::string rotten = numbers;
    rotten[at] = static_cast<char>(rotten[at] ^ 1);
    put_text(file, header + rotten);
    EXPECT_THAT(complaint_of_all(), HasSubstr("its numbers are not those that were written")) << "byte " << at;
  }
}

TEST_F(Safetensors, TextsAndWholeNumbersStandBesideWeights) {
  const std::vector<std::int64_t> ends = {3, -1};
  const std::string_view ends_bytes{reinterpret_cast<const char*>(ends.data()), 16};
  write_safetensors(file, {{"text", "U8", "abc"}, {"ends", "I64", ends_bytes}}, {{"format", "test"}});
  EXPECT_THAT(text_of(file), HasSubstr(R"("ends":{"dtype":"I64","shape":[2],"data_offsets":[3,19]})"));
  SafetensorsReader reader(file);
  EXPECT_EQ(reader.read_bytes("text", "U8"), "abc");
  EXPECT_EQ(reader.read_bytes("ends", "I64"), ends_bytes);
  reader.expect_all_read();
  EXPECT_THAT(message_of<UserError>([&] { reader.read_bytes("text", "I32"); }), HasSubstr("the tensor text is U8, not I32"));
  EXPECT_THAT(message_of<UserError>([&] { reader.read_bytes("none", "U8"); }), HasSubstr("the tensor none is missing"));
  std::string rotten = text_of(file);
  rotten.back() ^= 4;
  put_text(file, rotten);
  EXPECT_THAT(message_of<UserError>([&] { SafetensorsReader(file).read_bytes("ends", "I64"); }), HasSubstr("not those that were written"));
}

TEST_F(Safetensors, OfAMachineWithTheOtherByteOrderAreRefused) {
  write();
  std::string swapped = text_of(file);
  std::reverse(swapped.begin(), swapped.begin() + 8);
  put_text(file, swapped);
  EXPECT_THAT(complaint(), HasSubstr("header is longer than the file"));
  write();
  swapped = text_of(file);
  for (auto number = swapped.end() - 32; number != swapped.end(); number += 4) std::reverse(number, number + 4);
  put_text(file, swapped);
  EXPECT_THAT(complaint(), HasSubstr("its numbers are not those that were written"));
}

TEST_F(Safetensors, RefusesShapesThatNoLayerHas) {
  for (const char* shape : {"[]", "[-2,-3]", "[2,3,1]", "[4611686018427387904,2]"}) {
    put_header(R"({"weight":{"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":[0,24]}})", 24);
    EXPECT_THAT(complaint(), HasSubstr("the tensor weight has a shape that no layer has")) << shape;
  }
}

TEST_F(Safetensors, SaysThatItCannotWrite) {
  const float one[] = {1};
  EXPECT_THAT(message_of<UserError>([&] {
                write_safetensors(folder / "missing" / "file", {{"w", {1}, one, 1}}, {});
              }),
              HasSubstr("cannot write"));
}

}  // namespace
}  // namespace encore
