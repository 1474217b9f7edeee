// One request of HTTP/1.1 on a connection of its own.
#include "serve/http_probe.h"

#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>
#include "process/error.h"

namespace encore::serve {

int probe(const std::string& host, std::uint16_t port, const std::string& path, std::chrono::milliseconds wait) {
  namespace asio = boost::asio;
  namespace beast = boost::beast;
  namespace http = beast::http;
  beast::error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error) throw UserError(fmt::format("--host {}: this is no IP address; write one like 127.0.0.1 or ::1", host));
  asio::io_context loop;
  beast::tcp_stream stream(loop);
  http::request<http::empty_body> request{http::verb::get, path, 11};
  request.set(http::field::host, "localhost");
  request.set(http::field::connection, "close");
  beast::flat_buffer buffer;
  http::response<http::string_body> response;
  bool answered = false;
  stream.async_connect({address, port}, [&](beast::error_code failed) {
    if (failed) return;
    http::async_write(stream, request, [&](beast::error_code unsent, std::size_t) {
      if (unsent) return;
      http::async_read(stream, buffer, response, [&](beast::error_code unread, std::size_t) { answered = !unread; });
    });
  });
  loop.run_for(wait);
  return answered ? static_cast<int>(response.result_int()) : 0;
}

}  // namespace encore::serve
