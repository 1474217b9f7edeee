// The sum's published values (RFC 3720, appendix B.4, and the usual check).
#include "digest/crc32c.h"
#include <gtest/gtest.h>
#include <string>

namespace encore {
namespace {

TEST(Crc32c, HasThePublishedValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
}

}  // namespace
}  // namespace encore
