// One connection: requests are read, checked, handed on and answered one after the other, plain or by TLS. Part of
// http_server.cpp, in a header because it is a template; nobody else includes it.
#pragma once
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include "serve/http_request_rules.h"
#include "serve/http_server.h"

namespace encore::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

/// What a connection needs of its server.
struct ConnectionOwner {
  virtual ~ConnectionOwner() = default;
  virtual const ServerLimits& limits() const = 0;
  virtual bool drains() const = 0;
  virtual void handle(HttpRequest request, Reply reply) = 0;
  virtual void done(const HttpRequest& request, int status, std::size_t bytes, double seconds) = 0;
  virtual void malformed() = 0;
  virtual void gone(class AnyConnection* connection) = 0;
  virtual asio::io_context& context() = 0;
};

class AnyConnection {
 public:
  virtual ~AnyConnection() = default;
  virtual void start() = 0;
  /// Ends it unless a request is on its way.
  virtual void close_if_idle() = 0;
};

template <class Stream>
class Connection : public AnyConnection, public std::enable_shared_from_this<Connection<Stream>> {
 public:
  template <class... Arguments>
  Connection(std::shared_ptr<ConnectionOwner> owner, std::string peer, Arguments&&... arguments)
      : owner_(std::move(owner)), peer_(std::move(peer)), stream_(std::forward<Arguments>(arguments)...) {}
  ~Connection() override { owner_->gone(this); }

  void start() override {
    if constexpr (std::is_same_v<Stream, beast::tcp_stream>) {
      wait();
    } else {
      socket().expires_after(owner_->limits().request);
      stream_.async_handshake(asio::ssl::stream_base::server, [self = this->shared_from_this()](beast::error_code error) {
        if (!error) self->wait();
      });
    }
  }

  void close_if_idle() override {
    beast::error_code ignored;
    if (idle_ && buffer_.size() == 0 && socket().socket().available(ignored) == 0) socket().cancel();
  }

 private:
  using Clock = std::chrono::steady_clock;

  beast::tcp_stream& socket() { return beast::get_lowest_layer(stream_); }

  /// Until the first byte of a request is there.
  void wait() {
    idle_ = true;
    if (buffer_.size() > 0) return read_header();
    if (owner_->drains() && served_) return;
    socket().expires_after(owner_->drains() ? std::chrono::milliseconds(500) : owner_->limits().idle);
    stream_.async_read_some(buffer_.prepare(4096),
                            [self = this->shared_from_this()](beast::error_code error, std::size_t bytes) {
                              if (error) return;
                              self->buffer_.commit(bytes);
                              self->read_header();
                            });
  }

  void read_header() {
    idle_ = false;
    began_ = Clock::now();
    request_ = {};
    parser_.emplace();
    parser_->header_limit(owner_->limits().header_bytes);
    parser_->body_limit(owner_->limits().body_bytes);
    socket().expires_after(owner_->limits().request);
    http::async_read_header(stream_, buffer_, *parser_, [self = this->shared_from_this()](beast::error_code error, std::size_t) {
      self->heard_header(error);
    });
  }

  void heard_header(beast::error_code error) {
    if (error) return complain(error);
    try {
      const auto& message = parser_->get();
      request_ = checked_request(message, peer_);
      const bool continues = message.count(http::field::expect) > 0;
      if (continues && !beast::iequals(message[http::field::expect], "100-continue"))
        throw HttpError(417, "the only expectation that is met is 100-continue");
      keep_alive_ = message.keep_alive();
      if (!continues) return read_body();
    } catch (const HttpError& wrong) {
      owner_->malformed();
      return write(error_reply(wrong.status(), wrong.what(), wrong.field()), false);
    }
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    asio::async_write(stream_, asio::buffer(go_on.data(), go_on.size()),
                      [self = this->shared_from_this()](beast::error_code failed, std::size_t) {
                        if (!failed) self->read_body();
                      });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_, [self = this->shared_from_this()](beast::error_code error, std::size_t) {
      if (error) return self->complain(error);
      self->request_.body = std::move(self->parser_->get().body());
      self->hand_on();
    });
  }

  void hand_on() {
    const std::weak_ptr<ConnectionOwner> server = owner_;
    // Other threads hold this connection weakly, so that it ends on its own thread only.
    auto reply = [weak = this->weak_from_this(), server](HttpReply answer) {
      const auto owner = server.lock();
      if (!owner) return;
      asio::post(owner->context(), [weak, answer = std::move(answer)]() mutable {
        const auto self = weak.lock();
        if (!self || !self->waiting_) return;
        self->waiting_.reset();
        self->write(std::move(answer), self->keep_alive_);
      });
    };
    waiting_ = this->shared_from_this();
    socket().expires_never();
    owner_->handle(request_, std::move(reply));
  }

  /// A request that breaks the grammar or a limit: a sentence where one can still be sent, and the end.
  void complain(beast::error_code error) {
    if (error == http::error::end_of_stream || error == beast::error::timeout || error == asio::error::eof ||
        error == asio::error::operation_aborted || error == asio::error::connection_reset ||
        error == http::error::partial_message)
      return;
    owner_->malformed();
    const auto limit = owner_->limits();
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      return write(error_reply(431, "the request's header is longer than " + std::to_string(limit.header_bytes) + " bytes"), false);
    if (error == http::error::body_limit)
      return write(error_reply(413, "the request's body is longer than " + std::to_string(limit.body_bytes) +
                                        " bytes; send it in pieces"), false);
    write(error_reply(400, "this is no request of HTTP/1.1: " + error.message()), false);
  }

  void write(HttpReply answer, bool keep_alive) {
    keep_alive = keep_alive && !owner_->drains();
    response_ = {};
    response_.version(11);
    response_.result(static_cast<unsigned>(answer.status));
    if (!answer.body.empty()) response_.set(http::field::content_type, answer.content_type);
    for (const auto& [name, value] : answer.headers) response_.set(name, value);
    if (!request_.id.empty()) response_.set("X-Request-Id", request_.id);
    response_.set("X-Content-Type-Options", "nosniff");
    response_.keep_alive(keep_alive);
    if (!keep_alive) response_.set(http::field::connection, "close");
    const std::size_t bytes = answer.body.size();
    if (answer.status != 204 && answer.status != 304) response_.content_length(bytes);
    if (request_.method != "HEAD") response_.body() = std::move(answer.body);
    socket().expires_after(owner_->limits().request);
    http::async_write(stream_, response_, [self = this->shared_from_this(), keep_alive, bytes](beast::error_code error, std::size_t) {
      self->served_ = true;
      const double seconds = std::chrono::duration<double>(Clock::now() - self->began_).count();
      self->owner_->done(self->request_, static_cast<int>(self->response_.result_int()), bytes, seconds);
      if (error) return;
      if (keep_alive) return self->wait();
      self->linger();
    });
  }

  /// After the last answer: what the client still sends is thrown away for a moment, because closing at once would make
  /// its system throw our answer away.
  void linger() {
    beast::error_code ignored;
    socket().socket().shutdown(tcp::socket::shutdown_send, ignored);
    socket().expires_after(std::chrono::seconds(1));
    drop_input(0);
  }

  void drop_input(std::size_t dropped) {
    if (dropped > 1024 * 1024) return;
    buffer_.clear();
    socket().async_read_some(buffer_.prepare(16 * 1024), [self = this->shared_from_this(), dropped](beast::error_code error,
                                                                                                    std::size_t bytes) {
      if (!error && bytes > 0) self->drop_input(dropped + bytes);
    });
  }

  std::shared_ptr<ConnectionOwner> owner_;
  std::string peer_;
  Stream stream_;
  beast::flat_buffer buffer_{64 * 1024};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
  HttpRequest request_;
  std::shared_ptr<Connection> waiting_;  ///< itself, while its request is being answered elsewhere
  Clock::time_point began_;
  bool keep_alive_ = false, idle_ = true, served_ = false;
};

}  // namespace encore::serve
