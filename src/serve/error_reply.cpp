// Every mistake is a JSON sentence.
#include "serve/checked_body.h"
#include "serve/http_message.h"

namespace encore::serve {

HttpReply error_reply(int status, std::string_view sentence, std::string_view field) {
  Json error = {{"message", sentence}};
  if (!field.empty()) error["field"] = field;
  // A client's bytes may be in the sentence.
  return {status, "application/json", Json{{"error", error}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", {}};
}

}  // namespace encore::serve
