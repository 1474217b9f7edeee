// The options of `encore tune`. Not the options that it searches, which the tables of `encore train` declare.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct TuneSettings {
  std::string dataset, output;
  std::string models = "ease,elsa,mult-dae";
  std::vector<std::string> ranges;
  std::string search = "tpe";
  std::string metric = "ndcg@100";
  std::int64_t trials = 45;
  double minutes = 10;
  std::int64_t seed = 42;
  bool resume = false;
  std::optional<std::int64_t> workers, threads;
  std::optional<std::string> trial, retired_from;
};

const OptionTable<TuneSettings>& tune_options();

}  // namespace encore
