// What is said of an error, as one line that any terminal can show: what a file held may be quoted in it. Not the sentences.
#pragma once
#include <string>

namespace encore {

/// Control characters become blanks; of a very long sentence the middle is left out.
std::string one_line(const std::string& sentence);

}  // namespace encore
