// Copied from the study's text.
#include "study/published.h"

namespace encore {
namespace {

constexpr PublishedSubset subsets[] = {{"1950-1959", "1950 - 60", 2821, 77048, 565530, "9g", "2g"},
                                       {"1950-1969", "1950 - 70", 6271, 102319, 1288730, "13g", "3g"},
                                       {"1950-1979", "1950 - 80", 10691, 136921, 2737837, "15g", "5g"}};

constexpr PublishedLoss losses[] = {{"1950-1959", true, "1W 50-60", 0.000345, 0.000471, 36.83},
                                    {"1950-1969", true, "1W 50-70", 0.000451, 0.000501, 11.00},
                                    {"1950-1979", true, "1W 50-80", 0.000479, 0.000559, 16.69},
                                    {"1950-1959", false, "8W 50-60", 0.001241, 0.001254, 1.02},
                                    {"1950-1969", false, "8W 50-70", 0.001014, 0.001040, 2.61},
                                    {"1950-1979", false, "8W 50-80", 0.000604, 0.000914, 51.27}};

}  // namespace

std::span<const PublishedSubset> published_subsets() { return subsets; }
std::span<const PublishedLoss> published_losses() { return losses; }

const PublishedSubset* published_subset(std::string_view subset) {
  for (const PublishedSubset& row : subsets)
    if (row.subset == subset) return &row;
  return nullptr;
}

const PublishedLoss* published_loss(std::string_view subset, bool one_worker) {
  for (const PublishedLoss& row : losses)
    if (row.subset == subset && row.one_worker == one_worker) return &row;
  return nullptr;
}

}  // namespace encore
