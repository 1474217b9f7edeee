// HTTP/1.1 on a port: connections, limits, deadlines, TLS, signals. Checks what a request may look like; knows no paths
// and no recommendations (service.h). One thread does all of it; handlers that compute do so elsewhere.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include "serve/http_message.h"

namespace encore::serve {

struct ServerLimits {
  std::int64_t connections = 4096;
  std::chrono::milliseconds request{10'000}, idle{75'000}, drain{30'000};
  std::uint32_t header_bytes = 16 * 1024;
  std::uint64_t body_bytes = 8 * 1024 * 1024;
};

struct TlsFiles {
  std::string certificate, key;
};

/// What the server counts; read from any thread.
struct ServerCounts {
  std::atomic<std::int64_t> open{0}, accepted{0}, refused{0}, malformed{0};
};

/// Hears a request on the server's thread; must not block it.
using Handler = std::function<void(HttpRequest, Reply)>;
/// Hears of a finished request on the server's thread.
using OnDone = std::function<void(const HttpRequest&, int status, std::size_t bytes, double seconds)>;

class HttpServer {
 public:
  /// Binds at once. Throws UserError: an address that is none, a port that is taken, a certificate that does not fit.
  HttpServer(const std::string& host, std::uint16_t port, const ServerLimits& limits, std::optional<TlsFiles> tls,
             Handler handler, OnDone on_done);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  bool on_loopback() const;
  const ServerCounts& counts() const;
  bool draining() const;
  /// Serves until SIGTERM, SIGINT or `stop`, then answers what was accepted and returns. SIGHUP calls `on_hangup`.
  void run(const std::function<void()>& on_hangup);
  /// From any thread.
  void stop();
  /// Reads the certificate and its key again, for connections to come. Throws UserError, and keeps the old ones.
  void reload_certificate();
  /// Calls `tick` on the server's thread every `period` while it runs. Before `run`.
  void every(std::chrono::milliseconds period, std::function<void()> tick);

  struct State;

 private:
  std::shared_ptr<State> state_;
};

/// Tells systemd (NOTIFY_SOCKET) "READY=1", "STOPPING=1", "WATCHDOG=1" and so on (sd_notify(3)); nothing where there is none.
void notify_manager(const std::string& state);
/// "RELOADING=1" with the time that Type=notify-reload waits for.
void notify_reloading();
/// Half the time within which systemd wants to hear of this process (WatchdogSec=); nothing where it does not.
std::optional<std::chrono::milliseconds> watchdog_period();

/// Whether this text is an IP address of this machine alone.
bool is_loopback(const std::string& address);

}  // namespace encore::serve
