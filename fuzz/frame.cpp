// Any bytes as what another process of a cluster sends: a frame's head, a goodbye's payload, and all of it on a connection that
// ends behind them.
#include "exchange/frame.h"
#include <sys/socket.h>
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
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) std::abort();
  const Socket here(ends[0]);
  {
    const Socket there(ends[1]);
    send_all(there, payload, 1);
  }
  if (look_at(here).what == Waiting::What::nothing) std::abort();  // it ended, at least
  return 0;
}
