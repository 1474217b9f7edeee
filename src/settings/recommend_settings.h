// The options of `encore recommend`. Not what they mean for the network (recommendation/).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct RecommendSettings {
  std::string model;
  std::vector<std::string> rate;
  std::optional<std::string> ratings;
  std::optional<std::string> item_column, title_column, year_column, rating_column;
  std::string encoding = "auto", quote = "double";
  std::optional<std::string> user;
  bool all = false;
  std::optional<std::string> dataset;
  std::optional<std::string> output;
  std::int64_t k = 10;
  std::optional<std::string> where;
  std::vector<std::string> exclude, seen;
  bool include_seen = false;
  bool explain = false;
  double explore = 0;
  std::optional<std::int64_t> seed;
  std::optional<std::int64_t> threads;
};

const OptionTable<RecommendSettings>& recommend_options();

}  // namespace encore
