// The options of `encore prepare`. Not what is done with them (preparation/).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct PrepareSettings {
  std::string source;
  std::vector<std::string> more_sources;
  std::optional<std::string> glob;
  std::string encoding = "auto";
  std::string output;
  std::optional<std::string> events;
  std::optional<std::string> seen;
  std::string years;
  std::string where;
  std::int64_t min_user_ratings = 0;
  std::int64_t min_item_ratings = 0;
  double hold_out = 0.2;
  double validation = 0;
  std::int64_t seed = 42;
  std::string split = "users";
  std::optional<std::string> protocol;
  std::optional<std::string> test_ratings, validation_ratings;
  std::optional<std::string> scale;
  std::optional<double> liked;
  bool implicit = false;
  bool strict = false;
  std::optional<std::string> rejects;
  std::optional<std::string> memory;
  std::optional<std::int64_t> threads;
  std::string user_column = "userId";
  std::string item_column = "movieId";
  std::string rating_column = "rating";
  std::string time_column = "timestamp";
  std::string title_column = "title";
  std::string genres_column = "genres";
  std::optional<std::string> movies;
  std::string ids = "auto";
  std::string quote = "double";
  bool no_header = false;
  bool movies_no_header = false;
  std::optional<std::string> count_column;
  std::string count = "plain";
  std::optional<std::string> repeats;
  bool no_time = false;
  std::string time_unit = "auto";
  bool decimal_comma = false;
  std::optional<std::string> movie_id_column;
  std::optional<std::string> item_map;
  std::optional<std::string> item_features;
  std::optional<std::string> item_vectors;
  std::string year_column = "year";
};

const OptionTable<PrepareSettings>& prepare_options();

}  // namespace encore
