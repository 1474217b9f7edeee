// What a stranger says first, and what a process of ours says with some of its bytes changed on the way: refused, or
// understood on both sides alike.
#include "exchange/handshake.h"
#include <algorithm>
#include <cstdlib>
#include <utility>
#include "target.h"

namespace encore {
namespace {

/// Passes what waits from one to the other, each byte changed by the next of `changes`.
void pass(Handshake& from, Handshake& to, std::string_view& changes, bool& changed) {
  std::string all = std::exchange(from.to_send(), {});
  for (char& byte : all) {
    if (changes.empty()) break;
    changed = changed || changes.front() != 0;
    byte = static_cast<char>(byte ^ changes.front());
    changes.remove_prefix(1);
  }
  std::string_view rest = all;
  while (to.wanted() > 0 && rest.size() >= to.wanted()) {
    const std::string_view part = rest.substr(0, to.wanted());
    rest.remove_prefix(part.size());
    to.receive(part);
  }
}

void listen_to(Handshake handshake, std::string_view words) {
  try {
    while (handshake.wanted() > 0 && words.size() >= handshake.wanted()) {
      const std::string_view part = words.substr(0, handshake.wanted());
      words.remove_prefix(part.size());
      handshake.receive(part);
    }
    if (handshake.wanted() == 0) std::abort();  // nobody without the secret is let in
  } catch (const HandshakeRefused&) {
  }
}

}  // namespace
}  // namespace encore

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const std::string words = fuzz::text_of(data, size);
  const Handshake::Self first{0, 3, Purpose::exchange, "the secret of this run", "version=1\nkernel path=fma"};
  listen_to(Handshake::accepting(first), words);
  const std::string identity = words.substr(std::min<std::size_t>(size, 200));
  const Handshake::Self second{1, 3, Purpose::exchange, first.secret, identity};
  listen_to(Handshake::connecting(second, 0), words);

  Handshake accepts = Handshake::accepting(first), connects = Handshake::connecting(second, 0);
  std::string_view changes = std::string_view(words).substr(0, 200);
  bool changed = false;
  try {
    for (int round = 0; round < 2; ++round) {
      pass(connects, accepts, changes, changed);
      pass(accepts, connects, changes, changed);
    }
    const bool through = accepts.wanted() + connects.wanted() == 0;
    if (!changed && (!through || accepts.peer_identity() != identity || accepts.peer() != 1)) std::abort();
  } catch (const HandshakeRefused&) {
    if (!changed) std::abort();
  }
  if (identity_difference(first.identity, identity).empty() != (identity == first.identity)) std::abort();
  return 0;
}
