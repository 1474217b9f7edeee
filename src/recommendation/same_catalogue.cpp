// Titles are compared where ids agree: numbers from 1 upwards agree between any two catalogues.
#include "recommendation/same_catalogue.h"

#include <fmt/format.h>

#include "process/error.h"

namespace encore {

void require_common_films(const Catalogue& model, const Catalogue& dataset, std::span<const std::int32_t> model_items,
                          const std::string& model_name, const std::string& dataset_name) {
  std::int64_t common = 0, same = 0;
  for (std::size_t i = 0; i < model_items.size(); ++i) {
    if (model_items[i] < 0) continue;
    ++common;
    same += model.title[static_cast<std::size_t>(model_items[i])] == dataset.title[i] ? 1 : 0;
  }
  if (common == 0) {
    throw UserError(fmt::format(
        "{} knows no film of {}; name the dataset that it was trained on, or one with the same films", model_name,
        dataset_name));
  }
  if (2 * same < common) {
    throw UserError(
        fmt::format("most films of {} have other titles than the films of {} with their ids; name the dataset that it "
                    "was trained on, or one with the same films",
                    dataset_name, model_name));
  }
}

}  // namespace encore
