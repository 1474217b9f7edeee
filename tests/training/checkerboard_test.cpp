// The behavioural contract: on a checkerboard (even users like even films, odd users odd ones, each misses one of its
// colour) the film to recommend is the missing one of the right colour, whatever the model, output, loss and device. A
// new row of any of the tables is tested by being there.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "network/scorer.h"
#include "tiny_data.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

constexpr std::int32_t films = 36, people = 120;

bool same_colour(std::int32_t user, std::int32_t film) { return (user + film) % 2 == 0; }
/// The film of its colour that this user has not seen.
std::int32_t missing_film(std::int32_t user) { return 2 * (user / 2 % (films / 2)) + user % 2; }

Dataset checkerboard() {
  Dataset data = tiny::without_users(films);
  for (std::int32_t user = 0; user < people; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t film = 0; film < films; ++film) {
      if (same_colour(user, film) && film != missing_film(user))
        row.emplace_back(film, 4.0F + 0.5F * static_cast<float>((user + film) % 3));
    }
    tiny::add_user(data, row);
  }
  return data;
}

/// The best film that the user has not rated.
std::int32_t recommended(const TrainedModel& model, const Dataset& data, std::int32_t user) {
  InputRows rows;
  rows.add(model.model->input(), data.scale, data.ratings.items_of(user), data.ratings.ratings_of(user));
  std::vector<float> scores;
  model.model->score(rows, [&](const ScoreBlock& block) {
    for (std::int64_t i = 0; i < block.items; ++i) scores.push_back(block.score[i * block.stride]);
  });
  for (const std::int32_t seen : data.ratings.items_of(user))
    scores[static_cast<std::size_t>(seen)] = -std::numeric_limits<float>::infinity();
  return static_cast<std::int32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

struct Contract {
  TrainingPlan plan;
  friend void PrintTo(const Contract& one, std::ostream* out) { *out << to_json(one.plan); }
};

std::vector<Contract> every_row() {
  std::vector<Contract> all;
  for (const NamedModel& row : named_models()) {
    for (const kernel::Kernels& device : kernel::devices()) {
      for (const OutputKind output : {OutputKind::linear, OutputKind::sigmoid, OutputKind::softmax}) {
        for (const Loss loss : {Loss::mse, Loss::masked_mse, Loss::multinomial, Loss::binary_cross_entropy}) {
          // Rated cells alone cannot tell colours apart: a masked loss never hears of the films that nobody of a colour
          // rates.
          if (!is_allowed(output, loss) || loss == Loss::masked_mse) continue;
          TrainingPlan plan;
          plan.architecture = row.architecture;
          plan.architecture.output = output, plan.architecture.loss = loss;
          plan.architecture.hidden =
              row.architecture.hidden.size() > 1 ? std::vector<std::int64_t>{24, 8, 24} : std::vector<std::int64_t>{16};
          plan.learning = row.training;
          plan.learning.weight_decay = 0, plan.learning.learning_rate = 0.01, plan.learning.batch_size = 30,
          plan.learning.epochs = 80;
          plan.block_items = 16;
          plan.device = device.device;
          all.push_back({plan});
        }
      }
    }
  }
  return all;
}

class Checkerboard : public testing::TestWithParam<Contract> {};

TEST_P(Checkerboard, recommends_the_missing_film_of_the_right_colour) {
  const Dataset data = checkerboard();
  TrainingState state = fresh_state(GetParam().plan, data);
  const TrainedModel model = train(data, GetParam().plan, state, "unused", {});
  int right = 0;
  for (std::int32_t user = 0; user < people; ++user)
    right += recommended(model, data, user) == missing_film(user) ? 1 : 0;
  // A softmax row sums to 1 and cannot come near targets that sum to 15: with squared errors its mass settles on a few
  // films of the right colour, and for some users the missing film is none of them. This is the study's network; the
  // others have no excuse.
  const Architecture& architecture = GetParam().plan.architecture;
  const bool cannot_fit = architecture.output == OutputKind::softmax && architecture.loss == Loss::mse;
  EXPECT_GE(right, cannot_fit ? people * 3 / 4 : people)
      << "the only unseen film of the user's colour was not the best";
}

INSTANTIATE_TEST_SUITE_P(table, Checkerboard, testing::ValuesIn(every_row()), [](const auto& one) {
  const TrainingPlan& plan = one.param.plan;
  std::string name = fmt::format("{}_{}_{}_{}", plan.architecture.model, name_of(plan.architecture.output),
                                 name_of(plan.architecture.loss), plan.device);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

}  // namespace
}  // namespace encore
