// The two pages that the server gives to browsers, embedded by cmake/EmbedServePages.cmake from src/serve/page/. @NONCE@ in
// them stands for what page_reply puts there.
#pragma once
#include <string_view>
#include "serve/http_message.h"

namespace encore::serve {

std::string_view films_page();
std::string_view status_page();

/// The page with a fresh nonce, and the policy that lets its own script and style run and nothing else, and lets it ask this
/// server only.
HttpReply page_reply(std::string_view page);

}  // namespace encore::serve
