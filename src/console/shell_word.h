// A word of a command line that people are told to type. Not what a test or a manual page takes apart.
#pragma once
#include <string>

namespace encore {

/// `text` as a POSIX shell reads it as one word: as it is, or in single quotes where a character means something to the shell.
std::string shell_word(const std::string& text);

/// The same of a folder's path followed by `ending`, which names a folder beside it: blanks are kept, slashes at its end are not.
std::string folder_word(std::string folder, const std::string& ending = "");

}  // namespace encore
