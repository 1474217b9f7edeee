// How one results.json differs from another: the configurations that both have. Not a judgement which is better.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace encore {

/// A report's folder or its results.json. Throws UserError naming the file when it is missing or no such results.
nlohmann::ordered_json read_results(const std::filesystem::path& report);

/// The configuration `id` of results, null where it is not among them.
const nlohmann::ordered_json* configuration(const nlohmann::ordered_json& results, const nlohmann::ordered_json& id);

/// {`configurations`: [{`id`, `label`, figure: {`a`, `b`, `change_percent`}}], `only_in_a`, `only_in_b`: [id]}; the
/// figures are `seconds`, `training_seconds`, `peak_bytes`, `train_loss`, `test_loss`, `ndcg@100`. A figure that either
/// lacks is null there, and its change too.
nlohmann::ordered_json compare_results(const nlohmann::ordered_json& a, const nlohmann::ordered_json& b);

/// The same as a table.
std::string comparison_text(const nlohmann::ordered_json& comparison);

}  // namespace encore
