// What the study reports of its own runs: Tables 1 and 2, its settings, its machine. The only numbers here that this
// program has not measured; results.json keeps them apart under "study".
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace encore {

struct PublishedSubset {
  std::string_view subset;  ///< as `encore study` names it
  std::string_view name;    ///< as the study does
  std::int64_t movies, users, ratings;
  std::string_view driver_memory, max_result_size;
};

struct PublishedLoss {
  std::string_view subset;
  bool one_worker;  ///< else 8, all logical cores
  std::string_view name;
  double train_loss, test_loss, divergence_percent;
};

struct PublishedMachine {
  std::string_view processor = "Intel i7-1165G7";
  std::int64_t physical_cores = 4, logical_cores = 8, memory_bytes = 24'000'000'000;
};

std::span<const PublishedSubset> published_subsets();
std::span<const PublishedLoss> published_losses();
/// nullptr when the study has no such subset or row.
const PublishedSubset* published_subset(std::string_view subset);
const PublishedLoss* published_loss(std::string_view subset, bool one_worker);

}  // namespace encore
