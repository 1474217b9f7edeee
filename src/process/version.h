// The program's version, as it stands in CMakeLists.txt and in every folder that the program writes.
#pragma once
#include <string_view>

namespace encore {

/// "0.2.0".
std::string_view program_version();

}  // namespace encore
