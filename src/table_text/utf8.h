// Whether bytes are UTF-8 (RFC 3629: shortest forms only, no surrogates, up to U+10FFFF), and text of bytes that may
// not be.
#pragma once
#include <string>
#include <string_view>

namespace encore {

bool is_utf8(std::string_view bytes);

/// At most about `most` bytes of a line for a message: what is not UTF-8 becomes U+FFFD, a cut is shown by "…".
std::string shown(std::string_view bytes, std::size_t most = 200);

}  // namespace encore
