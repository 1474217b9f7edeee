// TCP connections: the only place that includes the system's sockets. Bytes only; what they mean is known to handshake.h and mesh.h.
#pragma once
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace encore {

/// What the system answered; the sentence around it is the caller's.
class SocketError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Owns one file descriptor; never blocks.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~Socket() { close(); }
  void close() noexcept;
  int descriptor() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

/// Listens on `host` and the first free port of first…last (0: any). Throws SocketError.
struct Listening {
  Socket socket;
  int port = 0;
};
Listening listen_on(const std::string& host, int first_port, int last_port);

/// A waiting connection, or an empty socket when there is none; `from` becomes its address.
Socket accept_waiting(const Socket& listener, std::string& from);

/// Starts to connect to `host:port` or `[host]:port`. Throws SocketError.
Socket start_connecting(const std::string& address);
/// Once it can be written to: an empty text when the connection stands, otherwise why not.
std::string connecting_failed(const Socket&);

/// No delay of small messages, and an end of connections whose other side vanished.
void configure(const Socket&, double timeout_seconds);

/// What one call moved. Nothing at all: it would have had to wait.
struct Moved {
  std::size_t bytes = 0;
  bool ended = false;   ///< the other side closed the connection
  std::string problem;  ///< the system's word for a broken connection
  bool broken() const { return ended || !problem.empty(); }
};
/// Sends as much as fits of up to 16 pieces, one behind the other.
Moved send_some(const Socket&, std::span<const std::span<const std::byte>> pieces);
Moved receive_some(const Socket&, std::span<std::byte>);
/// Like receive_some, but the bytes stay where they are.
Moved peek_some(const Socket&, std::span<std::byte>);
/// Tells the other side that nothing more will be sent.
void end_sending(const Socket&) noexcept;

/// One socket to wait for, and what happened to it.
struct Watch {
  const Socket* socket;
  bool to_receive = false, to_send = false, to_end = false;  ///< to_end: the other side has ended its sending
  bool ready = false;
};
/// Waits until something happened to one of them, at most `seconds`. Returns whether something did.
bool wait_for(std::span<Watch>, double seconds);

/// Whether both addresses name the same host.
bool same_host(const std::string& address, const std::string& other);

}  // namespace encore
