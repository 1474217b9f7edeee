// The rules, one after the other: RFC 9112, sections 3.2, 6.1, 6.3 and 11.
#include "serve/http_request_rules.h"

#include <boost/beast/core/string.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <optional>

namespace encore::serve {
namespace {

namespace http = boost::beast::http;
using Message = http::request<http::string_body>;

std::string text(boost::beast::string_view view) { return {view.data(), view.size()}; }

std::string lower(std::string words) {
  std::transform(words.begin(), words.end(), words.begin(), [](unsigned char c) { return std::tolower(c); });
  return words;
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

/// "%41" is A; `plus` is a blank in a query.
std::string decoded(std::string_view words, bool in_query) {
  std::string plain;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == '%') {
      const auto high = i + 2 < words.size() ? hex_digit(words[i + 1]) : std::nullopt;
      const auto low = i + 2 < words.size() ? hex_digit(words[i + 2]) : std::nullopt;
      if (!high || !low) throw HttpError(400, "the path holds a % without two hexadecimal digits behind it");
      plain += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      plain += in_query && words[i] == '+' ? ' ' : words[i];
    }
  }
  if (plain.find('\0') != std::string::npos) throw HttpError(400, "the path holds a zero byte");
  return plain;
}

void require_framing(const Message& message) {
  const auto [coding, codings_end] = message.equal_range(http::field::transfer_encoding);
  const auto codings = std::distance(coding, codings_end);
  const auto lengths = message.count(http::field::content_length);
  if (lengths > 1 || (lengths > 0 && codings > 0)) throw HttpError(400, "the length of the body is told twice");
  const std::string length = text(message[http::field::content_length]);  // Beast takes "1,1" for 1
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  if (lengths > 0 && (length.empty() || !std::all_of(length.begin(), length.end(), is_digit)))
    throw HttpError(400, "Content-Length must be a number");
  if (codings == 0) return;
  if (message.version() < 11) throw HttpError(400, "HTTP/1.0 knows no Transfer-Encoding");
  if (codings > 1 || !boost::beast::iequals(coding->value(), "chunked"))
    throw HttpError(501, "the only Transfer-Encoding that is read is chunked");
}

void take_target(const std::string& target, HttpRequest& request) {
  constexpr std::size_t longest = 4096;
  if (target.size() > longest) throw HttpError(414, fmt::format("the path is longer than {} bytes", longest));
  if (target.empty() || target.front() != '/') throw HttpError(400, "the target of a request is a path that begins with /");
  const auto mark = target.find('?');
  request.path = decoded(std::string_view(target).substr(0, mark), false);
  for (std::size_t begin = mark; begin != std::string::npos && begin < target.size();) {
    const auto end = target.find('&', begin + 1);
    const auto piece = std::string_view(target).substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
    const auto equals = piece.find('=');
    if (!piece.empty()) {
      request.query.emplace_back(decoded(piece.substr(0, equals), true),
                                 equals == std::string_view::npos ? "" : decoded(piece.substr(equals + 1), true));
    }
    begin = end;
  }
}

/// The client's own id where it can stand in a log, else one that no other request of this process has.
std::string id_of(const Message& message) {
  const std::string given = text(message["X-Request-Id"]);
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; };
  if (!given.empty() && given.size() <= 64 && std::all_of(given.begin(), given.end(), plain)) return given;
  static const auto start = std::chrono::system_clock::now().time_since_epoch().count();
  static std::atomic<std::uint64_t> next{0};
  return fmt::format("{:x}-{:x}", static_cast<std::uint64_t>(start), ++next);
}

}  // namespace

HttpRequest checked_request(const Message& message, const std::string& peer) {
  HttpRequest request;
  request.peer = peer;
  request.id = id_of(message);
  request.method = text(message.method_string());
  if (message.version() != 10 && message.version() != 11) throw HttpError(505, "the versions spoken here are HTTP/1.0 and HTTP/1.1");
  require_framing(message);
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) throw HttpError(400, "a request has exactly one Host");
  constexpr std::array methods = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"};
  if (std::find(methods.begin(), methods.end(), request.method) == methods.end())
    throw HttpError(501, "the methods known here are GET, HEAD, POST, PUT, DELETE and OPTIONS");
  take_target(text(message.target()), request);
  request.host = text(message[http::field::host]);
  request.origin = text(message[http::field::origin]);
  const std::string type = lower(text(message[http::field::content_type]));
  request.content_type = type.substr(0, type.find_first_of("; "));
  const std::string authorization = text(message[http::field::authorization]);
  if (lower(authorization.substr(0, 7)) == "bearer ") request.authorization = authorization.substr(7);
  if (request.authorization.empty()) request.authorization = text(message["X-Api-Key"]);
  return request;
}

}  // namespace encore::serve
