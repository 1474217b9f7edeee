// Integers of JSON that are none, or do not fit.
#include "dataset/checked_json.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

template <class T>
class Integer : public testing::Test {};
using Integers = testing::Types<std::int8_t, std::int32_t, std::int64_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(Integer, Integers);

TYPED_TEST(Integer, IsTakenAsFarAsItFits) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam value : {Limits::min(), TypeParam{0}, TypeParam{1}, Limits::max()})
    EXPECT_EQ(CheckedJson::parse(CheckedJson(value).dump()).template get<TypeParam>(), value);
}

TYPED_TEST(Integer, IsNothingElse) {
  for (const char* text :
       {"2.4e33", "-2.4e33", "1.5", "3.0", "1e5", "true", "\"1\"", "null", "[1]", "18446744073709551616"})
    EXPECT_THROW(CheckedJson::parse(text).get<TypeParam>(), nlohmann::json::exception) << text;
}

TEST(CheckedJson, RefusesWhatDoesNotFit) {
  EXPECT_THROW(CheckedJson::parse("2147483648").get<std::int32_t>(), nlohmann::json::exception);
  EXPECT_THROW(CheckedJson::parse("9223372036854775808").get<std::int64_t>(), nlohmann::json::exception);
  EXPECT_THROW(CheckedJson::parse("-1").get<std::uint64_t>(), nlohmann::json::exception);
}

TEST(CheckedJson, ChecksWhatStandsInArraysAndObjects) {
  EXPECT_THROW((CheckedJson::parse("[1, 2.5]").get<std::vector<std::int64_t>>()), nlohmann::json::exception);
  EXPECT_THROW((CheckedJson::parse(R"({"a": 1e30})").get<std::map<std::string, std::int64_t>>()),
               nlohmann::json::exception);
  EXPECT_EQ((CheckedJson::parse(R"({"a": 7})").get<std::map<std::string, std::int64_t>>().at("a")), 7);
}

TEST(CheckedJson, LeavesOtherTypesToTheLibrary) {
  EXPECT_EQ(CheckedJson::parse("3").get<double>(), 3.0);
  EXPECT_TRUE(CheckedJson::parse("true").get<bool>());
  EXPECT_THROW(CheckedJson::parse("1").get<bool>(), nlohmann::json::exception);
}

}  // namespace
}  // namespace encore
