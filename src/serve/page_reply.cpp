// What a browser is told beside a page: https://www.w3.org/TR/CSP3.
#include <fmt/format.h>
#include <string>
#include "serve/pages.h"
#include "serve/recommend_call.h"

namespace encore::serve {

HttpReply page_reply(std::string_view page) {
  constexpr std::string_view mark = "@NONCE@";
  const std::string nonce = fresh_token() + fresh_token();
  std::string text;
  text.reserve(page.size() + 256);
  for (std::size_t at = 0;;) {
    const auto found = page.find(mark, at);
    text += page.substr(at, found - at);
    if (found == std::string_view::npos) break;
    text += nonce;
    at = found + mark.size();
  }
  HttpReply reply{200, "text/html; charset=utf-8", std::move(text), {}};
  reply.headers.emplace_back(
      "Content-Security-Policy",
      fmt::format("default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; connect-src 'self'; img-src data:; base-uri 'none'; "
                  "form-action 'none'; frame-ancestors 'none'", nonce));
  reply.headers.emplace_back("Referrer-Policy", "no-referrer");
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

}  // namespace encore::serve
