// One thread, one event loop. Health and metrics are answered between two events, never behind a computation.
#include "serve/http_server.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <mutex>
#include <unordered_map>
#include <vector>
#include "process/error.h"
#include "serve/http_connection.h"

namespace encore::serve {
namespace {

using TlsStream = beast::ssl_stream<beast::tcp_stream>;

std::shared_ptr<asio::ssl::context> tls_context(const TlsFiles& files) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  beast::error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                       asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_sslv2 | asio::ssl::context::no_sslv3, error);
  context->use_certificate_chain_file(files.certificate, error);
  if (error) throw UserError(fmt::format("--tls-cert {}: this is no certificate (PEM) that can be read", files.certificate));
  context->use_private_key_file(files.key, asio::ssl::context::pem, error);
  if (error)
    throw UserError(fmt::format("--tls-key {}: this is no private key (PEM) of the certificate {}", files.key, files.certificate));
  return context;
}

}  // namespace

struct HttpServer::State : ConnectionOwner, std::enable_shared_from_this<HttpServer::State> {
  State(const ServerLimits& given, Handler on_request, OnDone on_done)
      : limits_(given), handler(std::move(on_request)), finished(std::move(on_done)) {}

  const ServerLimits& limits() const override { return limits_; }
  bool drains() const override { return draining; }
  void handle(HttpRequest request, Reply reply) override { handler(std::move(request), std::move(reply)); }
  void done(const HttpRequest& request, int status, std::size_t bytes, double seconds) override {
    finished(request, status, bytes, seconds);
  }
  void malformed() override { ++counts.malformed; }
  asio::io_context& context() override { return loop; }
  void gone(AnyConnection* connection) override {
    --counts.open;
    connections.erase(connection);
    end_when_empty();
  }

  void begin(tcp::socket socket) {
    if (counts.open >= limits_.connections) {
      ++counts.refused;
      return;  // closes it
    }
    ++counts.accepted;
    ++counts.open;
    beast::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const auto peer = socket.remote_endpoint(ignored);
    std::shared_ptr<AnyConnection> connection;
    if (tls) {
      const std::lock_guard lock(tls_mutex);
      connection = std::make_shared<Connection<TlsStream>>(shared_from_this(), peer.address().to_string(), std::move(socket), *tls);
    } else {
      connection = std::make_shared<Connection<beast::tcp_stream>>(shared_from_this(), peer.address().to_string(), std::move(socket));
    }
    connections.emplace(connection.get(), connection);
    connection->start();
  }

  void accept() {
    acceptor.async_accept([self = shared_from_this()](beast::error_code error, tcp::socket socket) {
      if (!error) self->begin(std::move(socket));
      if (error == asio::error::operation_aborted || self->draining) return;
      if (!error) return self->accept();
      // No descriptor is free: connections that end will free some.
      self->pause.expires_after(std::chrono::milliseconds(20));
      self->pause.async_wait([self](beast::error_code stopped) {
        if (!stopped && !self->draining) self->accept();
      });
    });
  }

  void hear_signals() {
    signals.async_wait([self = shared_from_this()](beast::error_code error, int signal) {
      if (error) return;
      if (signal != SIGHUP) return self->drain();
      if (self->on_hangup) self->on_hangup();
      self->hear_signals();
    });
  }

  void drain() {
    if (draining.exchange(true)) return;
    notify_manager("STOPPING=1");
    beast::error_code error;
    acceptor.non_blocking(true, error);
    while (!error) {  // who is in the queue already shall be answered
      tcp::socket socket(loop);
      acceptor.accept(socket, error);
      if (!error) begin(std::move(socket));
    }
    acceptor.close(error);
    signals.cancel(error);
    pause.cancel();
    for (auto& timer : timers) timer->cancel();
    std::vector<std::shared_ptr<AnyConnection>> all;
    for (const auto& [key, weak] : connections) {
      if (auto connection = weak.lock()) all.push_back(std::move(connection));
    }
    for (const auto& connection : all) connection->close_if_idle();
    deadline.expires_after(limits_.drain);
    deadline.async_wait([self = shared_from_this()](beast::error_code stopped) {
      if (!stopped) self->loop.stop();
    });
    all.clear();
    end_when_empty();
  }

  void end_when_empty() {
    if (draining && connections.empty()) deadline.cancel();
  }

  void tick_every(std::chrono::milliseconds period, std::function<void()> tick) {
    auto timer = std::make_shared<asio::steady_timer>(loop);
    timers.push_back(timer);
    wait_tick(timer, period, std::make_shared<std::function<void()>>(std::move(tick)));
  }

  void wait_tick(const std::shared_ptr<asio::steady_timer>& timer, std::chrono::milliseconds period,
                 const std::shared_ptr<std::function<void()>>& tick) {
    timer->expires_after(period);
    timer->async_wait([self = shared_from_this(), timer, period, tick](beast::error_code error) {
      if (error || self->draining) return;
      (*tick)();
      self->wait_tick(timer, period, tick);
    });
  }

  ServerLimits limits_;
  Handler handler;
  OnDone finished;
  ServerCounts counts;
  std::atomic<bool> draining{false};
  asio::io_context loop{1};
  tcp::acceptor acceptor{loop};
  asio::signal_set signals{loop};
  asio::steady_timer pause{loop}, deadline{loop};
  std::vector<std::shared_ptr<asio::steady_timer>> timers;
  std::unordered_map<AnyConnection*, std::weak_ptr<AnyConnection>> connections;
  std::function<void()> on_hangup;
  std::optional<TlsFiles> tls_files;
  std::mutex tls_mutex;
  std::shared_ptr<asio::ssl::context> tls;
};

HttpServer::HttpServer(const std::string& host, std::uint16_t port, const ServerLimits& limits, std::optional<TlsFiles> tls,
                       Handler handler, OnDone on_done)
    : state_(std::make_shared<State>(limits, std::move(handler), std::move(on_done))) {
  beast::error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) throw UserError(fmt::format("--host {}: this is no IP address; write one like 127.0.0.1, 0.0.0.0 or ::1", host));
  if (tls) state_->tls = tls_context(*tls);
  state_->tls_files = std::move(tls);
  auto& acceptor = state_->acceptor;
  acceptor.open(address.is_v6() ? tcp::v6() : tcp::v4(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind({address, port}, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    throw UserError(fmt::format("cannot listen on {}, port {}: {}; choose another --port or --host", host, port, error.message()));
}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const { return state_->acceptor.local_endpoint().port(); }
bool HttpServer::on_loopback() const { return state_->acceptor.local_endpoint().address().is_loopback(); }
const ServerCounts& HttpServer::counts() const { return state_->counts; }
bool HttpServer::draining() const { return state_->draining; }

void HttpServer::run(const std::function<void()>& on_hangup) {
  state_->on_hangup = on_hangup;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) state_->signals.add(signal);
  state_->hear_signals();
  state_->accept();
  notify_manager(fmt::format("READY=1\nSTATUS=answers on port {}", port()));
  state_->loop.run();
  beast::error_code ignored;
  state_->signals.clear(ignored);  // it puts the default back, with which a second SIGTERM would kill what is ending well
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_IGN);
}

void HttpServer::stop() {
  asio::post(state_->loop, [state = state_] { state->drain(); });
}

void HttpServer::reload_certificate() {
  if (!state_->tls_files) return;
  auto fresh = tls_context(*state_->tls_files);
  const std::lock_guard lock(state_->tls_mutex);
  state_->tls = std::move(fresh);
}

void HttpServer::every(std::chrono::milliseconds period, std::function<void()> tick) {
  state_->tick_every(period, std::move(tick));
}

void notify_manager(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || *path == '\0') return;
  std::string name = path;
  if (name.front() == '@') name.front() = '\0';
  beast::error_code error;
  asio::io_context context;
  asio::local::datagram_protocol::socket socket(context);
  socket.open(asio::local::datagram_protocol(), error);
  if (!error) socket.send_to(asio::buffer(state), asio::local::datagram_protocol::endpoint(name), 0, error);
}

void notify_reloading() {
  struct timespec now {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  notify_manager(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000));
}

std::optional<std::chrono::milliseconds> watchdog_period() {
  const char* text = std::getenv("WATCHDOG_USEC");
  const long long microseconds = text == nullptr ? 0 : std::atoll(text);
  if (microseconds <= 0) return std::nullopt;
  return std::chrono::milliseconds(std::max(1LL, microseconds / 2000));
}

bool is_loopback(const std::string& address) {
  beast::error_code error;
  const auto parsed = asio::ip::make_address(address == "localhost" ? "127.0.0.1" : address, error);
  return !error && parsed.is_loopback();
}

}  // namespace encore::serve
