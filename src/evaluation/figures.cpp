// Absent figures are null.
#include "evaluation/figures.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

Json errors_json(const std::optional<ReconstructionErrors>& errors, bool held_out) {
  if (!errors) return nullptr;
  Json json = {{"users", errors->users},
               {"mse", number(errors->mse)},
               {"mse_zero", errors->mse_zero},
               {"mse_item_mean", errors->mse_item_mean},
               {"mse_floor", number(errors->mse_floor)},
               {"rmse_rated", number(errors->rmse_rated)}};
  if (held_out) json["rmse_held_out"] = number(errors->rmse_held_out);
  return json;
}

Json quality_json(const std::optional<RankingQuality>& quality) {
  if (!quality) return nullptr;
  Json json = {{"users", quality->users}};
  for (std::size_t m = 0; m < quality->metrics.size(); ++m) json[quality->metrics[m].key] = number(quality->figures[m]);
  return json;
}

}  // namespace encore
