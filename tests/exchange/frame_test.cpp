// The head of a message: what was written is read again, and strangers' bytes are refused.
#include "exchange/frame.h"
#include <gtest/gtest.h>
#include "exchange/socket.h"

namespace encore {
namespace {

TEST(Frame, IsReadAsItWasWritten) {
  const Frame frame = decode(encode(Frame{Kind::reduce, 3, 1ULL << 40, 4096}));
  EXPECT_EQ(frame.kind, Kind::reduce);
  EXPECT_EQ(frame.channel, 3);
  EXPECT_EQ(frame.sequence, 1ULL << 40);
  EXPECT_EQ(frame.size, 4096u);
}

TEST(Frame, OfAnUnknownKindOrAnotherProgramIsRefused) {
  FrameBytes bytes = encode(Frame{Kind::join, 0, 7, 8});
  bytes[4] = std::byte{33};
  EXPECT_THROW(decode(bytes), SocketError);
  bytes = encode(Frame{Kind::join, 0, 7, 8});
  bytes[0] = std::byte{'G'};
  EXPECT_THROW(decode(bytes), SocketError);
}

TEST(Frame, AGoodbyeCutShortIsRefused) {
  EXPECT_THROW(decode_goodbye(std::vector<std::byte>(11)), SocketError);
  EXPECT_EQ(decode_goodbye(std::vector<std::byte>(12)).message, "");
}

}  // namespace
}  // namespace encore
