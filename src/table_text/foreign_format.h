// Files that are no tables, by their first bytes: what they are and what helps. Not the telling of text from text (beginning.h).
#pragma once
#include <string>
#include <string_view>

namespace encore {

/// What a file is that begins so, to follow its name in a sentence: "is an HTML page, no table; …". Empty for whatever may be a table.
/// `beginning` is unpacked; archives of several files and tar need 262 bytes.
std::string foreign_format(std::string_view beginning);

}  // namespace encore
