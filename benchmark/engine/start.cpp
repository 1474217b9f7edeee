// What other programs need to take the same steps: the network's first weights (weights.safetensors) and the users'
// rows (start.i64, item.i32, value.f32: little-endian numbers back to back, the value as it enters the network).
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <stdexcept>

#include "command.h"
#include "model/input_rows.h"
#include "models/model_files.h"
#include "network/network_model.h"
#include "shape_options.h"

namespace encore::bench {
namespace {

template <class Number>
void write_numbers(const std::filesystem::path& file, std::span<const Number> numbers) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(numbers.data()), static_cast<std::streamsize>(numbers.size_bytes()));
  if (!out.flush()) throw std::runtime_error(file.string() + " cannot be written");
}

void write_start(const StepShape& shape, const std::filesystem::path& folder) {
  const Dataset data = made_up(shape);
  const TrainingPlan plan = plan_of(shape);
  const TrainingState state = fresh_state(plan, data);
  std::filesystem::create_directories(folder);
  write_weights(folder, model_of(state.workers[0].network, plan.block_items), data.fingerprint);
  InputRows rows;
  for (std::int32_t user = 0; user < data.users.size(); ++user)
    rows.add(plan.architecture.input, data.scale, data.ratings.items_of(user), data.ratings.ratings_of(user));
  write_numbers<std::int64_t>(folder / "start.i64", rows.start);
  write_numbers<std::int32_t>(folder / "item.i32", rows.item);
  write_numbers<float>(folder / "value.f32", rows.value);
  fmt::print("{{\"ratings\": {}}}\n", rows.item.size());
}

}  // namespace

void add_start(CLI::App& app) {
  CLI::App* command = app.add_subcommand("start", "writes the first weights and the users' rows into a folder");
  const auto shape = std::make_shared<StepShape>();
  const auto folder = std::make_shared<std::string>();
  add_shape(*command, *shape);
  command->add_option("folder", *folder, "where")->required();
  command->callback([=] { write_start(*shape, *folder); });
}

}  // namespace encore::bench
