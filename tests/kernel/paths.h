// The paths that tests of kernels go.
#pragma once
#include <string>
#include <vector>

#include "kernel/kernels.h"

namespace encore::kernel {

/// All instruction sets of this processor, and the emulated tiles where they can be chosen.
inline std::vector<std::string> with_emulated_tiles() {
  std::vector<std::string> names(instruction_sets().begin(), instruction_sets().end());
  if (kernel_path() == "FMA") names.emplace_back(emulated_tiles);
  return names;
}

}  // namespace encore::kernel
