// A listening socket and the address by which others reach it.
#include "exchange/listener.h"

#include <fmt/format.h>

#include "exchange/exchange.h"

namespace encore {

Listener::Listener(std::string host, int first_port, int last_port) {
  const bool any = first_port == 0 && last_port == 0;
  if (!any && (first_port < 1 || last_port < first_port || last_port > 65535))
    throw MeetingFailed(fmt::format("{}-{} is no range of ports: give two numbers of 1 to 65535, the smaller one first",
                                    first_port, last_port));
  try {
    Listening listening = listen_on(host, first_port, last_port);
    socket_ = std::move(listening.socket);
    address_ = host.find(':') == std::string::npos ? fmt::format("{}:{}", host, listening.port)
                                                   : fmt::format("[{}]:{}", host, listening.port);
  } catch (const SocketError& error) {
    if (any) throw MeetingFailed(fmt::format("cannot listen on {}: {}", host, error.what()));
    throw MeetingFailed(fmt::format(
        "cannot listen on {}, ports {}-{}: {}; give an address of this machine and a range with a free port", host,
        first_port, last_port, error.what()));
  }
}

}  // namespace encore
