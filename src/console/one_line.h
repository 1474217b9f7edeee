// What is said of an error, as one line that any terminal can show: what a file held may be quoted in it. Not the sentences.
#pragma once
#include <string>
#include <string_view>

namespace encore {

/// Control characters become blanks; of a very long sentence the middle is left out.
std::string one_line(const std::string& sentence);

/// Control characters become blanks, but for those of `kept`: those of ASCII, and U+0080 to U+009F, which terminals obey, too.
std::string without_controls(std::string text, std::string_view kept = {});

}  // namespace encore
