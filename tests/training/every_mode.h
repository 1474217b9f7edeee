// All ways of sharing a training's work, for what must hold in each of them: the parameters of a suite and their names.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "training/training_plan.h"

namespace encore {

inline auto every_mode() {
  return testing::Values(Parallel::items, Parallel::users_step, Parallel::users_epoch, Parallel::elephas, Parallel::async);
}

inline std::string name_of_mode(const testing::TestParamInfo<Parallel>& mode) {
  std::string name(name_of(mode.param));
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace encore
