// HMAC-SHA256 against the vectors of RFC 4231; random bytes that do not repeat.
#include "digest/proof.h"

#include <gtest/gtest.h>

#include "digest/sha256.h"

namespace encore {
namespace {

std::string hex(const Proof& proof) {
  std::string text;
  for (const char byte : proof) {
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) / 16];
    text += "0123456789abcdef"[static_cast<unsigned char>(byte) % 16];
  }
  return text;
}

TEST(Proof, is_the_HMAC_of_RFC_4231) {
  EXPECT_EQ(hex(prove(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(prove("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Proof, compares_every_byte) {
  const Proof one = prove("secret", "message");
  for (std::size_t i = 0; i < proof_bytes; ++i) {
    Proof other = one;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(same_proof(one, other));
  }
  EXPECT_TRUE(same_proof(one, prove("secret", "message")));
}

TEST(RandomBytes, do_not_repeat) {
  EXPECT_EQ(random_bytes(32).size(), 32U);
  EXPECT_NE(random_bytes(32), random_bytes(32));
}

}  // namespace
}  // namespace encore
