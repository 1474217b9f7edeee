// The figures of a judgement by name: the keys of `encore evaluate --json` and the rows of its table.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include "evaluation/evaluation.h"

namespace encore {

/// null without errors. `held_out`: with rmse_held_out, which training users have none of.
nlohmann::ordered_json errors_json(const std::optional<ReconstructionErrors>& errors, bool held_out);
nlohmann::ordered_json quality_json(const std::optional<RankingQuality>& quality);

}  // namespace encore
