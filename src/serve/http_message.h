// A request and its reply as the rest of the program knows them, without any library of HTTP.
#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace encore::serve {

struct HttpRequest {
  std::string method;  ///< "GET"
  std::string path;    ///< decoded, without its query
  std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in order
  std::string body;
  std::string content_type;   ///< lower case, without its parameters
  std::string authorization;  ///< the key of "Authorization: Bearer KEY" or of "X-Api-Key"
  std::string origin, host;
  std::string id;    ///< of "X-Request-Id", or made up
  std::string peer;  ///< address of the client
  std::string_view asked(std::string_view name) const {
    for (const auto& [key, value] : query) {
      if (key == name) return value;
    }
    return {};
  }
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers once, from any thread.
using Reply = std::function<void(HttpReply)>;

/// What a client did wrong, or what cannot be had now: a status and one sentence, and which part of the request it is about.
class HttpError : public std::runtime_error {
 public:
  HttpError(int status, const std::string& sentence, std::string field = {})
      : std::runtime_error(sentence), status_(status), field_(std::move(field)) {}
  int status() const { return status_; }
  const std::string& field() const { return field_; }

 private:
  int status_;
  std::string field_;
};

/// {"error": {"message": …, "field": …}} with its status.
HttpReply error_reply(int status, std::string_view sentence, std::string_view field = {});

}  // namespace encore::serve
