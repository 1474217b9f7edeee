// What a request must look like beyond the grammar that Beast parses, because Beast parses and does not defend: a body
// whose length two servers could read differently is refused, never guessed.
#pragma once
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <string>
#include "serve/http_message.h"

namespace encore::serve {

/// The request without its body. Throws HttpError (after which the connection must close): another version than 1.0 and
/// 1.1, not exactly one Host, a length told twice, a transfer coding other than chunked, a target that is no path, a
/// method that is none of ours.
HttpRequest checked_request(const boost::beast::http::request<boost::beast::http::string_body>& message,
                            const std::string& peer);

}  // namespace encore::serve
