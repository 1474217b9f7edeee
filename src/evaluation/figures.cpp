// One table of ranking metrics; absent figures are null.
#include "evaluation/figures.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

constexpr RankingRow rows[] = {{"recall@20", "Recall@20", &RankingQuality::recall_at_20},
                               {"recall@50", "Recall@50", &RankingQuality::recall_at_50},
                               {"ndcg@10", "NDCG@10", &RankingQuality::ndcg_at_10},
                               {"ndcg@100", "NDCG@100", &RankingQuality::ndcg_at_100},
                               {"precision@10", "Precision@10", &RankingQuality::precision_at_10},
                               {"coverage", "coverage", &RankingQuality::coverage},
                               {"gini", "Gini", &RankingQuality::gini}};

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

std::span<const RankingRow> ranking_rows() { return rows; }

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
  for (const auto& row : rows) json[row.key] = (*quality).*row.value;
  return json;
}

}  // namespace encore
