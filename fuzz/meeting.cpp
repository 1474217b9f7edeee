// Strangers who connect to a process that waits for another one: whatever they say (a byte 0xFE stands between two of them), they
// are sent away, and the wait ends as it would have without them.
#include "exchange/meeting.h"
#include <array>
#include <cstdlib>
#include "exchange/exchange.h"
#include "exchange/frame.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const std::string all = fuzz::text_of(data, size);
  const Listener listener("127.0.0.1");
  std::vector<Socket> strangers;
  for (std::string_view rest = all; strangers.size() < 16; rest.remove_prefix(rest.find('\xfe') + 1)) {
    strangers.push_back(start_connecting(listener.address()));
    std::array<Watch, 1> watch{{{&strangers.back(), false, true}}};
    wait_for(watch, 5);
    const std::string_view words = rest.substr(0, rest.find('\xfe'));
    send_all(strangers.back(), std::as_bytes(std::span(words)), 1);
    end_sending(strangers.back());
    if (words.size() == rest.size()) break;
  }
  Meeting meeting;
  meeting.processes = 2;
  meeting.addresses = {listener.address(), "127.0.0.1:1"};
  meeting.secret = "sixteen bytes or more";
  meeting.timeout_seconds = 0.002;
  meeting.log = [](const std::string& line) {
    if (line.empty()) std::abort();
  };
  try {
    meet(listener, meeting);
    std::abort();  // nobody knew the secret
  } catch (const MeetingFailed&) {
  }
  return 0;
}
