// POSIX sockets: non-blocking, closed in child programs, and a write to a dead connection is an answer, not a signal.
#include "exchange/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

namespace encore {
namespace {

std::string reason(int error) { return std::system_category().message(error); }

struct Place {
  std::string host, port;
};

/// `host:port` or `[host]:port`.
Place parse(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size())
    throw SocketError("the address '" + address + "' is not host:port");
  std::string host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {host, address.substr(colon + 1)};
}

using Resolved = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Resolved resolve(const std::string& host, const std::string& port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), port.c_str(), &wanted, &found);
  if (error != 0) throw SocketError("the host '" + host + "' is unknown: " + gai_strerror(error));
  return {found, &freeaddrinfo};
}

Socket open_socket(int family) {
  Socket socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) throw SocketError("no socket: " + reason(errno));
  return socket;
}

int port_of(const sockaddr_storage& address) {
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

void set(const Socket& socket, int level, int option, int value) {
  setsockopt(socket.descriptor(), level, option, &value, sizeof value);  // a wish: the exchange has its own timeout
}

Moved outcome(ssize_t moved) {
  Moved result;
  if (moved > 0)
    result.bytes = static_cast<std::size_t>(moved);
  else if (moved < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
    result.problem = reason(errno);
  return result;
}

Moved receive(const Socket& socket, std::span<std::byte> to, int flags) {
  const ssize_t moved = recv(socket.descriptor(), to.data(), to.size(), flags);
  Moved result = outcome(moved);
  result.ended = moved == 0 && !to.empty();
  return result;
}

}  // namespace

void Socket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Listening listen_on(const std::string& host, int first_port, int last_port) {
  const Resolved at = resolve(host, "0");
  int error = 0;
  for (int port = first_port; port <= last_port; ++port) {
    Socket socket = open_socket(at->ai_family);
    set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    sockaddr_storage address{};
    std::memcpy(&address, at->ai_addr, at->ai_addrlen);
    if (at->ai_family == AF_INET6)
      reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(static_cast<std::uint16_t>(port));
    else
      reinterpret_cast<sockaddr_in&>(address).sin_port = htons(static_cast<std::uint16_t>(port));
    if (bind(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), at->ai_addrlen) == 0 &&
        listen(socket.descriptor(), SOMAXCONN) == 0) {
      socklen_t size = sizeof address;
      getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size);
      return {std::move(socket), port_of(address)};
    }
    error = errno;
    if (error != EADDRINUSE && error != EACCES) break;
  }
  throw SocketError(reason(error));
}

Socket accept_waiting(const Socket& listener, std::string& from) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  Socket socket(
      accept4(listener.descriptor(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  std::array<char, NI_MAXHOST> host{};
  if (socket && getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host.data(), host.size(), nullptr, 0,
                            NI_NUMERICHOST) == 0)
    from = std::string(host.data()) + ":" + std::to_string(port_of(address));
  return socket;
}

Socket start_connecting(const std::string& address) {
  const Place place = parse(address);
  const Resolved at = resolve(place.host, place.port);
  Socket socket = open_socket(at->ai_family);
  if (connect(socket.descriptor(), at->ai_addr, at->ai_addrlen) != 0 && errno != EINPROGRESS)
    throw SocketError(reason(errno));
  return socket;
}

std::string connecting_failed(const Socket& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(socket.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error == 0 ? "" : reason(error);
}

void configure(const Socket& socket, double timeout_seconds) {
  const int seconds = std::max(1, static_cast<int>(std::min(timeout_seconds, 86400.0)));
  set(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(socket, IPPROTO_TCP, TCP_KEEPIDLE, std::max(1, seconds / 3));
  set(socket, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, seconds / 6));
  set(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1000);
}

Moved send_some(const Socket& socket, std::span<const std::span<const std::byte>> pieces) {
  std::array<iovec, 16> parts{};
  const std::size_t count = std::min(parts.size(), pieces.size());
  for (std::size_t i = 0; i < count; ++i)
    parts[i] = {const_cast<std::byte*>(pieces[i].data()), pieces[i].size()};  // iovec has no const form
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return outcome(sendmsg(socket.descriptor(), &message, MSG_NOSIGNAL | MSG_DONTWAIT));
}

Moved receive_some(const Socket& socket, std::span<std::byte> to) { return receive(socket, to, MSG_DONTWAIT); }

Moved peek_some(const Socket& socket, std::span<std::byte> to) { return receive(socket, to, MSG_DONTWAIT | MSG_PEEK); }

void end_sending(const Socket& socket) noexcept { shutdown(socket.descriptor(), SHUT_WR); }

bool wait_for(std::span<Watch> watches, double seconds) {
  std::vector<pollfd> polled;
  polled.reserve(watches.size());
  for (const Watch& watch : watches) {
    const int events = (watch.to_receive ? POLLIN : 0) | (watch.to_send ? POLLOUT : 0) | (watch.to_end ? POLLRDHUP : 0);
    polled.push_back({events != 0 ? watch.socket->descriptor() : -1, static_cast<short>(events), 0});
  }
  const int count = poll(polled.data(), polled.size(), static_cast<int>(std::ceil(std::max(0.0, seconds) * 1000)));
  for (std::size_t i = 0; i < watches.size(); ++i) watches[i].ready = count > 0 && polled[i].revents != 0;
  return count > 0;
}

bool same_host(const std::string& address, const std::string& other) {
  return parse(address).host == parse(other).host;
}

}  // namespace encore
