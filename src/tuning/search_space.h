// Which options of a kind of model are searched, and where: read off the tables of `encore train`, changed by --range. A point
// of the space has a number from 0 to 1 for each option. Not how points are chosen (sampler.h).
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "models/model_kind.h"
#include "options/option_row.h"

namespace encore {

struct Dimension {
  std::string option;  ///< "l2": without dashes
  ValueKind kind = ValueKind::number;
  double low = 0, high = 0;  ///< of the value, or of the factor of `widths`
  bool logarithmic = false;
  std::vector<std::int64_t> widths;           ///< of the hidden layers, which all grow by one factor
  std::vector<nlohmann::ordered_json> values; ///< those to choose among; low and high are not used then
};

struct SearchSpace {
  std::string model;
  std::vector<Dimension> dimensions;
  nlohmann::ordered_json fixed = nlohmann::ordered_json::object();  ///< options with one value
};

/// The spaces of the kinds in `models` ("ease,mult-dae"). `ranges`: "l2=10:1000", "hidden=200|600", "dropout=0.5". Throws
/// UserError naming the option: no such kind, no such option, a value that it cannot have, or one that no kind listens to.
std::vector<SearchSpace> search_spaces(const std::string& models, std::span<const std::string> ranges);

/// The options at a point, numbers with three digits: {"l2": 431, "denoise": 0.25}.
nlohmann::ordered_json options_at(const SearchSpace&, std::span<const double> point);

/// The words of a command line: "--l2 431 --denoise 0.25".
std::string words_of(const nlohmann::ordered_json& options);

}  // namespace encore
