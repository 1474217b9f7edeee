// How the processes of a cluster find one another: each connects to those before it and waits for those behind it, all
// at once, while strangers are refused. What both sides say is handshake.h.
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "exchange/handshake.h"
#include "exchange/listener.h"
#include "exchange/socket.h"

namespace encore {

struct Meeting {
  int process = 0, processes = 1;
  int local_ranks = 1;  ///< for names only
  Purpose purpose = Purpose::exchange;
  std::vector<std::string> addresses;
  std::string secret, identity;
  double timeout_seconds = 60;
  std::function<void(const std::string&)> log;

  /// Purpose::parameters: everybody meets process 0 alone.
  bool meets(int one, int other) const { return one != other && (purpose == Purpose::exchange || one * other == 0); }
};

/// "rank 3 at 10.0.0.7:41234", or "ranks 4-7 at …" where a process has several.
std::string name_of_process(int process, int local_ranks, const std::string& address);

struct Met {
  std::vector<Socket> sockets;  ///< by process; empty where there is nothing to meet
  int refused = 0;              ///< connections that were closed
};

/// Throws MeetingFailed when somebody does not come in time, does not know the secret or has another identity;
/// PeerLost and PeerFailed when a process goes that was already there.
Met meet(const Listener&, const Meeting&);

}  // namespace encore
