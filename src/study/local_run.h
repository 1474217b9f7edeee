// One configuration on this machine's engine, phase by phase, in a process of its own. Not the choice of configurations
// (plan.h) and not the starting of processes (driver.h).
#pragma once
#include <filesystem>

#include "study/request.h"

namespace encore {

/// Writes the answer, also when a phase failed: that is part of what a study reports. Throws Interrupted after a
/// signal, with what was measured so far beside the answer's place (recorder.h), and UserError when the answer cannot
/// be written.
void run_configuration(const ConfigurationRequest&, const std::filesystem::path& answer);

}  // namespace encore
