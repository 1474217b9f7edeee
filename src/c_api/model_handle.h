// A model that the C interface has opened, and what its callers must respect. Not what is asked of it (model.cpp, judging.cpp).
#pragma once
#include <cstdint>
#include <string>
#include "c_api/encore.h"
#include "models/model_files.h"

struct encore_model {
  encore::ModelConfig config;
  std::string text;  ///< of config.json
};

namespace encore::c_api {

std::int64_t items_of(const encore_model& model);

/// Throws Misuse unless the rows are what the scorer relies on: in order, and of this model's items.
void require_rows(const encore_model& model, const encore_users& users);

}  // namespace encore::c_api
