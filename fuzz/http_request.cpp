// Any bytes as a request: through Beast's parser, our rules, and the JSON of each path's body. Refused or understood, and no body
// ever becomes a second request.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdlib>
#include "serve/checked_body.h"
#include "serve/event_fields.h"
#include "serve/http_request_rules.h"
#include "serve/recommend_fields.h"
#include "serve/similar_fields.h"
#include "target.h"

namespace {

using namespace encore;
using namespace encore::serve;
namespace http = boost::beast::http;

void take_body(const std::string& body) {
  const Json value = parsed_body(body);
  for (const auto* fields : {&recommend_fields(), &similar_fields(), &event_fields(), &rating_fields()}) {
    try {
      const CheckedObject object(value, "", *fields);
      for (const Field& field : *fields) {
        for (const auto& read : {0, 1, 2, 3, 4, 5}) {
          try {
            if (read == 0) (void)object.whole(field.name);
            if (read == 1) (void)object.number(field.name);
            if (read == 2) (void)object.text(field.name);
            if (read == 3) (void)object.boolean(field.name);
            if (read == 4) (void)object.id(field.name);
            if (read == 5) (void)object.list(field.name, 100);
          } catch (const HttpError&) {
          }
        }
      }
    } catch (const HttpError&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(16 * 1024);
  parser.body_limit(std::uint64_t{8 * 1024 * 1024});
  parser.eager(true);
  boost::beast::error_code error;
  parser.put(boost::asio::buffer(data, size), error);
  try {
    if (!error && parser.is_header_done()) {
      const HttpRequest request = checked_request(parser.get(), "127.0.0.1");
      if (request.path.empty() || request.path.find('\0') != std::string::npos) std::abort();
      if (parser.is_done() && parser.get().count(http::field::transfer_encoding) > 0 && !parser.chunked()) std::abort();
    }
  } catch (const HttpError& refused) {
    if (refused.status() < 400 || refused.status() > 599) std::abort();
  }
  try {
    take_body(fuzz::text_of(data, size));
  } catch (const HttpError& refused) {
    if (refused.status() != 400) std::abort();
    (void)error_reply(refused.status(), refused.what(), refused.field());
  }
  return 0;
}
