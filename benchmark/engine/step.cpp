// Steps on demand: each line of standard input is a number of steps, answered with their seconds and the last one's
// loss. So rounds of several processes can take turns.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <memory>

#include "command.h"
#include "elsa_stepper.h"
#include "kernel/kernels.h"
#include "shape_options.h"

namespace encore::bench {
namespace {

constexpr std::int64_t elsa_width = 512;  // what `train` takes up to 100,000 films

struct Settings {
  StepShape shape;
  std::string instructions;
};

void answer(Steps&& stepper) {
  fmt::print("{{\"ready\": true, \"instructions\": \"{}\"}}\n", kernel::instruction_set());
  std::fflush(stdout);
  for (std::int64_t steps = 0; std::cin >> steps;) {
    const double seconds = stepper.run(steps);
    fmt::print("{{\"seconds\": {:.9f}, \"loss\": {:.9g}}}\n", seconds, stepper.loss());
    std::fflush(stdout);
  }
}

void serve(const Settings& settings) {
  kernel::choose_instruction_set(settings.instructions);
  const Dataset data = made_up(settings.shape);
  if (settings.shape.model == "elsa") answer(ElsaStepper(data, plan_of(settings.shape), elsa_width));
  else answer(Stepper(data, plan_of(settings.shape)));
}

}  // namespace

void add_step(CLI::App& app) {
  CLI::App* command = app.add_subcommand("step", "training steps, as many as each line of standard input says");
  const auto settings = std::make_shared<Settings>();
  add_shape(*command, settings->shape);
  command->add_option("--instructions", settings->instructions, "AVX2, AVX3 …; the best that there is");
  command->callback([settings] { serve(*settings); });
}

}  // namespace encore::bench
