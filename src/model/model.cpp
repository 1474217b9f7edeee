// What models of every kind have in common.
#include "model/model.h"

#include <fmt/format.h>

#include <array>

#include "model/named_value.h"
#include "process/error.h"

namespace encore {
namespace {

constexpr std::array score_kinds{Named{ScoreKind::probability, "probability"}, Named{ScoreKind::stars, "stars"},
                                 Named{ScoreKind::score, "score"}, Named{ScoreKind::likes, "likes"},
                                 Named{ScoreKind::ratings, "ratings"}};

}  // namespace

std::string_view name_of(ScoreKind kind) { return name_in(score_kinds, kind); }

void Model::score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                          const VisitBlock& visit) const {
  score(rows, [&](const ScoreBlock& block) {
    if (block.first >= first_item && block.first < end_item) visit(block);
  });
}

void TensorSource::require_room_for(std::int64_t numbers) const {
  if (numbers >= 0 && static_cast<double>(numbers) * sizeof(float) <= static_cast<double>(bytes())) return;
  throw UserError(fmt::format("{} is too short for the {} parameters that {} speaks of; copy the model again or train it again",
                              file(), numbers, "config.json"));
}

}  // namespace encore
