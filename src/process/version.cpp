// The version is handed over by CMake; it is written down nowhere else.
#include "process/version.h"

namespace encore {

std::string_view program_version() { return ENCORE_VERSION; }

}  // namespace encore
