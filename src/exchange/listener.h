// A port that waits for the other processes of a cluster; it stands before the addresses are exchanged.
#pragma once
#include <string>
#include "exchange/socket.h"

namespace encore {

class Listener {
 public:
  /// Listens on the first free port of the range; 0, 0: any. `host` is a name or address of this machine by which the
  /// others reach it; IPv6 works too. Throws MeetingFailed.
  explicit Listener(std::string host, int first_port = 0, int last_port = 0);
  /// `host:port`, as ClusterSettings::addresses wants it.
  const std::string& address() const { return address_; }
  const Socket& socket() const { return socket_; }

 private:
  std::string address_;
  Socket socket_;
};

}  // namespace encore
