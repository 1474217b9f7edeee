// Spaces follow from the tables: whatever is drawn, `encore train` takes; and what --range says has the limits of the option.
#include "tuning/search_space.h"

#include <gmock/gmock.h>

#include "models/plan.h"
#include "models/table.h"
#include "models/train_options.h"
#include "options/settings_json.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(SearchSpace, EveryPointOfEveryKindIsATraining) {
  std::size_t searched = 0;
  for (const ModelKind& kind : model_kinds()) {
    const SearchSpace space = search_spaces(std::string(kind.name), {})[0];
    searched += space.dimensions.size();
    for (const double at : {0.0, 0.37, 0.999}) {
      Json options = options_at(space, std::vector<double>(space.dimensions.size(), at));
      EXPECT_EQ(options.size(), space.dimensions.size()) << kind.name;
      options["model"] = kind.name;
      EXPECT_NO_THROW(plan_training(settings_from_json(train_options(), options.dump()), 100, 10)) << options;
    }
  }
  EXPECT_GT(searched, 10U);
}

TEST(SearchSpace, RangesReplaceThoseOfTheTable) {
  const std::vector<std::string> ranges{"l2=10:1000", "denoise=0.25", "relax=0|0.5", "balance=0.5"};
  const SearchSpace space = search_spaces("ease", ranges)[0];
  ASSERT_EQ(space.dimensions.size(), 2U);
  EXPECT_EQ(options_at(space, std::vector{0.5, 0.75}), Json::parse(R"({"denoise": 0.25, "balance": 0.5, "l2": 100.0, "relax": 0.5})"));
  EXPECT_EQ(words_of(options_at(space, std::vector{0.0, 0.0})), "--denoise 0.25 --balance 0.5 --l2 10 --relax 0");
}

TEST(SearchSpace, FactorsAreOfTheKindsOwn) {
  const SearchSpace space = search_spaces("mult-dae", std::vector<std::string>{"batch-size=100", "dropout=0.5", "weight-decay=0"})[0];
  const Json low = options_at(space, std::vector<double>(space.dimensions.size(), 0.0));
  const ModelKind& kind = model_kind("mult-dae");
  EXPECT_EQ(low.at("hidden"), Json({kind.architecture.hidden[0] / 2}));
  EXPECT_DOUBLE_EQ(low.at("learning-rate").get<double>(), kind.training.learning_rate / 10);
  EXPECT_EQ(low.at("weight-decay"), 0.0);
}

TEST(SearchSpace, SwitchesAndListsBecomeWords) {
  const std::vector<std::string> ranges{"normalise=true|false", "hidden=200|600,200"};
  const SearchSpace space = search_spaces("mult-dae", ranges)[0];
  const std::string words = words_of(options_at(space, std::vector<double>(space.dimensions.size(), 0.9)));
  EXPECT_THAT(words, HasSubstr("--no-normalise"));
  EXPECT_THAT(words, HasSubstr("--hidden 600,200"));
}

TEST(SearchSpace, MistakesNameTheOption) {
  const auto with = [](const char* models, std::vector<std::string> ranges) {
    return [models, ranges] { search_spaces(models, ranges); };
  };
  EXPECT_THAT(with("eaze", {}), ThrowsMessage<UserError>(HasSubstr("there is no model 'eaze'; --models may be ")));
  EXPECT_THAT(with("ease,ease", {}), ThrowsMessage<UserError>(HasSubstr("--models has ease twice")));
  EXPECT_THAT(with("ease", {"l2"}), ThrowsMessage<UserError>(HasSubstr("OPTION=LOW:HIGH")));
  EXPECT_THAT(with("ease", {"lr=1"}), ThrowsMessage<UserError>(HasSubstr("'lr' is no option that can be searched")));
  for (const char* of_train : {"all-ratings=true", "warm-start=films.model", "keep-moments=true", "retired-from=films.model", "threads=2"})
    EXPECT_THAT(with("mult-dae", {of_train}), ThrowsMessage<UserError>(HasSubstr("is no option that can be searched"))) << of_train;
  EXPECT_THAT(with("ease", {"l2=10:5"}), ThrowsMessage<UserError>(HasSubstr("the first value must be below the second")));
  EXPECT_THAT(with("ease", {"l2=1:2", "l2=1:3"}), ThrowsMessage<UserError>(HasSubstr("--range names l2 twice")));
  EXPECT_THAT(with("ease", {"denoise=0:1"}), ThrowsMessage<UserError>(HasSubstr("--denoise is '1'; it must be")));
  EXPECT_THAT(with("ease", {"dropout=0:0.5"}), ThrowsMessage<UserError>(HasSubstr("--dropout does nothing with ease")));
  EXPECT_THAT(with("mult-dae", {"normalise=perhaps"}), ThrowsMessage<UserError>(HasSubstr("it must be true or false")));
}

}  // namespace
}  // namespace encore
