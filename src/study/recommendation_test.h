// The study's recommendation test: what a saved model recommends to a few users, beside what they rated highest and
// what is popular. Not a measure of quality (evaluation/).
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>

#include "dataset/dataset.h"

namespace encore {

/// Reads the model from its folder. `users` users are drawn by `seed`. The keys are
/// those of `recommendation_test` in docs/study.md.
nlohmann::ordered_json recommendation_test(const std::filesystem::path& model_folder, const Dataset& dataset,
                                           std::uint64_t seed, std::int64_t users);

}  // namespace encore
