// Which configurations a study has, in the order in which they run. Not the running (driver.h).
#pragma once
#include <string>
#include <vector>

#include "settings/study_settings.h"
#include "study/request.h"

namespace encore {

/// `cores`: how many workers "all cores" are. The phases: each subset with each number of workers, then the variants on
/// the first subset; the modes: each with each number of workers on the first subset. Throws UserError for an option
/// that names no years, network or mode.
std::vector<ConfigurationRequest> plan_study(const StudySettings&, int cores);

/// Words between commas, blanks around them removed; "none" is no word.
std::vector<std::string> listed(const std::string& text);

}  // namespace encore
