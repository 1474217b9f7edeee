// The options that say which step is meant, alike for all commands that take steps.
#pragma once
#include <CLI/CLI.hpp>

#include <string>

#include "../made_up_ratings.h"
#include "stepper.h"

namespace encore::bench {

inline void add_shape(CLI::App& command, StepShape& shape) {
  command.add_option("--model", shape.model, "named model")->capture_default_str();
  command.add_option("--items", shape.items, "films")->capture_default_str();
  command.add_option("--users", shape.users, "training users")->capture_default_str();
  command.add_option("--per-user", shape.ratings_per_user, "ratings of a user, on average")->capture_default_str();
  command.add_option("--batch", shape.batch, "users of a step")->capture_default_str();
  command.add_option_function<std::string>(
      "--precision", [&shape](const std::string& name) { shape.precision = precision_named(name); }, "f32 or bf16");
  command.add_option("--shards", shape.shards, "shards, each with a thread of its own")->capture_default_str();
}

inline Dataset made_up(const StepShape& shape) {
  return benchmark_data::made_up(shape.items, shape.users, shape.ratings_per_user);
}

}  // namespace encore::bench
