// Where the time of a step goes: the table of kernels with a clock around each function, and around the update. A clock
// costs about 25 ns a call, so the sum is a little more than the step takes without; what is in no kernel is `the
// rest`.
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "command.h"
#include "shape_options.h"

namespace encore::bench {
namespace {

using Clock = std::chrono::steady_clock;
using kernel::Kernels;

constexpr std::size_t most_rows = 32;

struct Spent {
  double seconds = 0;
  std::int64_t calls = 0;
};
/// By row of the table below. One shard is profiled, so one thread writes.
std::array<Spent, most_rows> spent;
Kernels original;

class Watch {
 public:
  explicit Watch(std::size_t row) : row_(row), began_(Clock::now()) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    spent[row_].seconds += std::chrono::duration<double>(Clock::now() - began_).count();
    ++spent[row_].calls;
  }

 private:
  std::size_t row_;
  Clock::time_point began_;
};

/// A kernel of the same type that calls the original one under a watch.
template <std::size_t Row, auto Member>
struct Timed;
template <std::size_t Row, class... Arguments, void (*Kernels::*Member)(Arguments...)>
struct Timed<Row, Member> {
  static void call(Arguments... arguments) {
    const Watch watch(Row);
    (original.*Member)(arguments...);
  }
};

/// The product is three: logits (deep as a hidden layer), dW (deep as the batch), dH (deep as a block); hidden layers
/// are small.
enum ProductRow : std::size_t { logits, output_gradient, hidden_gradient, hidden_layers, first_kernel };
std::int64_t product_items = 0;  ///< items of a block: what tells the products apart

void timed_multiply(const kernel::Multiply& m) {
  const std::size_t row = m.rows == product_items && m.columns <= 64 ? logits
                          : m.rows == product_items                  ? output_gradient
                          : m.depth == product_items                 ? hidden_gradient
                                                                     : hidden_layers;
  const Watch watch(row);
  original.multiply(m);
}

/// The same three in bfloat16, where the depth counts pairs.
void timed_multiply_pairs(const kernel::MultiplyPairs& m) {
  const std::size_t row = m.rows == product_items && m.columns <= 64 ? logits
                          : m.rows == product_items                  ? output_gradient
                                                                     : hidden_gradient;
  const Watch watch(row);
  original.multiply_pairs(m);
}

struct Row {
  std::string_view name;
  void (*wrap)(Kernels&);
};

template <std::size_t Index, auto Member>
constexpr Row row(std::string_view name) {
  return {name, [](Kernels& kernels) { kernels.*Member = Timed<Index, Member>::call; }};
}

constexpr Row rows[] = {
    {"product: logits", nullptr},
    {"product: gradient of the output weights", nullptr},
    {"product: gradient of the last hidden layer", nullptr},
    {"product: hidden layers", nullptr},
    row<first_kernel, &Kernels::add_scaled>("gather and scatter of the first layer"),
    row<first_kernel + 1, &Kernels::add>("sums of partials"),
    row<first_kernel + 2, &Kernels::transpose>("transposition"),
    row<first_kernel + 3, &Kernels::softmax_block>("softmax: exponentials and sums"),
    row<first_kernel + 4, &Kernels::join_softmax>("softmax: joining of statistics"),
    row<first_kernel + 5, &Kernels::softmax_factor>("softmax: factors"),
    row<first_kernel + 6, &Kernels::scale_lanes>("softmax: gradient (multinomial)"),
    row<first_kernel + 7, &Kernels::softmax_mse_gradient>("softmax: gradient (MSE)"),
    row<first_kernel + 8, &Kernels::activate>("activation"),
    row<first_kernel + 9, &Kernels::activate_gradient>("gradient of the activation"),
    row<first_kernel + 10, &Kernels::adam>("Adam"),
    row<first_kernel + 11, &Kernels::adam_idle>("Adam of rows without a gradient"),
    row<first_kernel + 12, &Kernels::pair_rows>("rounding to bfloat16"),
    row<first_kernel + 13, &Kernels::pair_columns>("rounding to bfloat16, by columns"),
};

/// The CPU's kernels with a clock around each.
const Kernels& timed_kernels(std::int64_t items) {
  static Kernels timed;
  original = timed = kernel::device_named("cpu");
  product_items = items;
  timed.multiply = timed_multiply;
  timed.multiply_pairs = timed_multiply_pairs;
  for (const Row& one : rows)
    if (one.wrap != nullptr) one.wrap(timed);
  return timed;
}

void profile(StepShape shape, std::int64_t steps) {
  shape.shards = 1;
  const Dataset data = made_up(shape);
  const TrainingPlan plan = plan_of(shape);
  Stepper plain(data, plan), stepper(data, plan, timed_kernels(plan.block_items));
  plain.run(steps), stepper.run(steps);
  spent = {};
  const double unwatched = plain.run(steps), watched = stepper.run(steps);
  const auto per_step = [&](double seconds) { return 1e6 * seconds / static_cast<double>(steps); };
  double kernels = 0;
  fmt::print("{{\"microseconds\": {:.2f}, \"watched_microseconds\": {:.2f}, \"rows\": [", per_step(unwatched),
             per_step(watched));
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    kernels += spent[i].seconds;
    if (spent[i].calls > 0)
      fmt::print("{{\"name\": \"{}\", \"microseconds\": {:.2f}, \"calls\": {:.1f}}}, ", rows[i].name,
                 per_step(spent[i].seconds), static_cast<double>(spent[i].calls) / static_cast<double>(steps));
  }
  fmt::print(
      "{{\"name\": \"the rest: batch, exchange, loss at the ratings\", \"microseconds\": {:.2f}, \"calls\": 1}}]}}\n",
      per_step(watched - kernels));
}

}  // namespace

void add_profile(CLI::App& app) {
  CLI::App* command = app.add_subcommand("profile", "microseconds of a step by kernel, one shard");
  const auto shape = std::make_shared<StepShape>();
  const auto steps = std::make_shared<std::int64_t>(200);
  add_shape(*command, *shape);
  command->add_option("--steps", *steps, "steps to take, after as many that are not counted")->capture_default_str();
  command->callback([=] { profile(*shape, *steps); });
}

}  // namespace encore::bench
