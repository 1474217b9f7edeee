// Any bytes as what another process of a cluster sends: a frame's head, and a goodbye's payload.
#include "exchange/frame.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>
#include "exchange/socket.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  FrameBytes head{};
  std::memcpy(head.data(), data, std::min(size, head.size()));
  try {
    const Frame frame = decode(head);
    if (name_of(frame.kind) == "unknown" || !decode(encode(frame)).same_step(frame)) std::abort();
  } catch (const std::runtime_error&) {
  }
  std::vector<std::byte> payload(size);
  if (size > 0) std::memcpy(payload.data(), data, size);
  try {
    decode_goodbye(payload);
  } catch (const std::runtime_error&) {
  }
  return 0;
}
