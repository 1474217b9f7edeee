// The model folder: everything that is written is read again, and files that are missing, damaged or another model's
// are named.
#include "folder/model_folder.h"
#include <gmock/gmock.h>
#include <limits>
#include <nlohmann/json.hpp>
#include "folder/catalogue_file.h"
#include "temporary_folder.h"
#include "models/model_files.h"
#include "models/table.h"
#include "network/tiny_model.h"
#include "process/error.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TrainedModel awkward_model() {
  Architecture architecture{"reference",      Input::ratings,      false,    0.25, {20, 3, 17},
                            Activation::relu, OutputKind::softmax, Loss::mse};
  TrainedModel model = tiny_model(architecture, 5);
  model.items.title = {"\"11'09\"\"01 - September 11\" (2002)", "Comma, The, a (1950)", "", "Amélie\nof two lines",
                       "  "};
  model.items.year = {2002, 1950, std::nullopt, 2001, std::nullopt};
  model.items.genres = {"Drama|Children's", "", "(no genres listed)", "Comedy", ""};
  model.items.training_ratings = {1, 0, 2, 3, 0};
  model.items.ratings = {1, 4, 2, 3, std::int64_t{1} << 40};
  model.scale = {1, 10, 7.5, false};
  model.dataset_seed = 18446744073709551615U;
  model.seed = 9;
  model.training = {0.005, 1e-7, 0.25, 64, 50};
  model.epochs_trained = 33;
  model.best_epoch = 21;
  model.block_items = 64;
  model.settings_json = R"({"patience": 5})";
  return model;
}

class ModelFolder : public testing::Test {
 protected:
  void SetUp() override { write_model(path, awkward_model(), "epoch,train_loss\n1,0.5\n"); }
  std::string complaint() {
    return message_of<UserError>([&] { read_model(path); });
  }
  /// Rewrites config.json with one value changed, at a JSON pointer.
  void change_config(const std::string& pointer, const json& value) {
    json config = json::parse(text_of(path / "config.json"));
    config[json::json_pointer(pointer)] = value;
    put_text(path / "config.json", config.dump());
  }
  TemporaryFolder folder;
  std::filesystem::path path = folder / "a.model";
};

void expect_equal(const Autoencoder& a, const Autoencoder& b) {
  EXPECT_EQ(a.first.values, b.first.values);
  EXPECT_EQ(a.first_bias, b.first_bias);
  ASSERT_EQ(a.inner.size(), b.inner.size());
  for (std::size_t i = 0; i < a.inner.size(); ++i) {
    EXPECT_EQ(a.inner[i].weight, b.inner[i].weight);
    EXPECT_EQ(a.inner[i].bias, b.inner[i].bias);
  }
  EXPECT_EQ(a.output.values, b.output.values);
}

TEST_F(ModelFolder, ReadsWhatItWrote) {
  const TrainedModel wrote = awkward_model(), read = read_model(path);
  expect_equal(network(wrote), network(read));
  const Architecture &a = network(wrote).architecture, &b = network(read).architecture;
  EXPECT_EQ(std::tie(a.model, a.input, a.normalise_input, a.input_dropout, a.hidden, a.activation, a.output, a.loss),
            std::tie(b.model, b.input, b.normalise_input, b.input_dropout, b.hidden, b.activation, b.output, b.loss));
  EXPECT_EQ(read.items.id, wrote.items.id);
  EXPECT_TRUE(read.items.numeric_ids);
  EXPECT_EQ(read.items.title, wrote.items.title);
  EXPECT_EQ(read.items.year, wrote.items.year);
  EXPECT_EQ(read.items.genres, wrote.items.genres);
  EXPECT_EQ(read.items.ratings, wrote.items.ratings);
  EXPECT_EQ(read.items.training_ratings, wrote.items.training_ratings);
  EXPECT_EQ(std::tie(read.scale.minimum, read.scale.maximum, read.scale.liked, read.scale.implicit),
            std::tie(wrote.scale.minimum, wrote.scale.maximum, wrote.scale.liked, wrote.scale.implicit));
  EXPECT_EQ(std::tie(read.dataset_fingerprint, read.dataset_seed, read.seed, read.epochs_trained, read.best_epoch,
                     read.program_version, read.kernel_path, read.block_items),
            std::tie(wrote.dataset_fingerprint, wrote.dataset_seed, wrote.seed, wrote.epochs_trained, wrote.best_epoch,
                     wrote.program_version, wrote.kernel_path, wrote.block_items));
  const auto settings = [](const TrainedModel& m) {
    return std::tie(m.training.learning_rate, m.training.epsilon, m.training.weight_decay, m.training.batch_size,
                    m.training.epochs);
  };
  EXPECT_EQ(settings(read), settings(wrote));
  EXPECT_EQ(json::parse(read.settings_json), json::parse(wrote.settings_json));
  EXPECT_EQ(read_history(path), "epoch,train_loss\n1,0.5\n");
}

TEST_F(ModelFolder, WritesTheSameBytesAgain) {
  write_model(folder / "again.model", read_model(path), read_history(path));
  for (const char* file : {"config.json", "weights.safetensors", "items.parquet", "catalogue.safetensors", "history.csv"}) {
    EXPECT_EQ(text_of(folder / "again.model" / file), text_of(path / file)) << file;
  }
}

TEST_F(ModelFolder, KeepsTextIdsAndEveryNetwork) {
  for (const ModelKind& kind : model_kinds()) {
    if (kind.architecture.hidden.empty()) continue;  // no network
    TrainedModel model = tiny_model(kind.architecture, 3);
    model.items.numeric_ids = false;
    model.items.id = {"B00,1", "B000", "b\"2"};
    write_model(folder / "text.model", model, "");
    const TrainedModel read = read_model(folder / "text.model");
    EXPECT_FALSE(read.items.numeric_ids);
    EXPECT_EQ(read.items.id, model.items.id);
    expect_equal(network(model), network(read));
    EXPECT_EQ(network(model).architecture.middle, network(read).architecture.middle);
  }
}

TEST_F(ModelFolder, ReplacesAModelAndNothingElse) {
  TrainedModel other = awkward_model();
  other.seed = 10;
  write_model(path, other, "");
  EXPECT_EQ(read_model(path).seed, 10U);
  std::filesystem::create_directory(folder / "holiday");
  put_text(folder / "holiday" / "photo.jpg", "x");
  EXPECT_THROW(write_model(folder / "holiday", other, ""), UserError);
  EXPECT_EQ(text_of(folder / "holiday" / "photo.jpg"), "x");
}

TEST_F(ModelFolder, RecognisesItsOwnOnly) {
  EXPECT_TRUE(is_model_folder(path));
  EXPECT_FALSE(is_model_folder(folder / "nowhere"));
  std::filesystem::create_directory(folder / "other");
  put_text(folder / "other" / "config.json", R"({"model_type": "bert"})");
  EXPECT_FALSE(is_model_folder(folder / "other"));
}

TEST_F(ModelFolder, NamesTheMissingFile) {
  for (const char* file : {"weights.safetensors", "items.parquet", "config.json"}) {
    std::filesystem::remove(path / file);
    EXPECT_THAT(complaint(), HasSubstr(file));
  }
  EXPECT_THAT(message_of<UserError>([&] { read_model(folder / "nowhere"); }), HasSubstr("there is no such folder"));
}

TEST_F(ModelFolder, NamesTheWrongKey) {
  const std::string config = text_of(path / "config.json");
  const auto after = [&](const std::string& pointer, const json& value) {
    put_text(path / "config.json", config);
    change_config(pointer, value);
    return complaint();
  };
  EXPECT_THAT(after("/format_version", 2), HasSubstr("format version 2, newer than version 1"));
  EXPECT_THAT(after("/format", "other"), HasSubstr("\"format\" is not \"encore-model\""));
  EXPECT_THAT(after("/architecture/loss", "hinge"), HasSubstr("\"architecture.loss\" is not known to this version"));
  EXPECT_THAT(after("/architecture/loss", "masked-mse"), HasSubstr("does not go with the output softmax"));
  EXPECT_THAT(after("/architecture/hidden", json::array({0})), HasSubstr("a layer of 0 units"));
  EXPECT_THAT(after("/architecture/hidden", json::array({20, 3})),
              HasSubstr("output.weight has the shape [5, 17] and should have [5, 3]"));
  EXPECT_THAT(after("/architecture/hidden", json::array({1'000'000})),
              HasSubstr("too short for the 11000005 parameters"));
  EXPECT_THAT(after("/items", std::int64_t{1} << 40), HasSubstr("\"items\" is greater than any catalogue"));
  EXPECT_THAT(after("/architecture", 5), HasSubstr("\"architecture\" is not an object"));
  EXPECT_THAT(after("/items", "five"), HasSubstr("\"items\" is not a whole number"));
  EXPECT_THAT(after("/items", 0), HasSubstr("\"items\" is 0, below 1"));
  EXPECT_THAT(after("/items", 6), HasSubstr("items.parquet belongs to another model"));
  EXPECT_THAT(after("/training/learning_rate", nullptr), HasSubstr("\"training.learning_rate\" is not a number"));
  EXPECT_THAT(after("/dataset/scale/maximum", 0), HasSubstr("\"dataset.scale.maximum\" is not above 0"));
  EXPECT_THAT(after("/program_version", 1), HasSubstr("\"program_version\" has the wrong type"));
  EXPECT_THAT(after("/dataset/fingerprint", "another"), HasSubstr("weights.safetensors belongs to another model"));
  put_text(path / "config.json", config.substr(0, config.size() / 2));
  EXPECT_THAT(complaint(), HasSubstr("it is not JSON"));
}

TEST_F(ModelFolder, NoticesAnotherModelsCatalogue) {
  Catalogue items = awkward_model().items;
  items.id.back() = "99";
  write_catalogue(path / "items.parquet", items);
  EXPECT_THAT(complaint(), HasSubstr("items.parquet belongs to another model"));
}

TEST_F(ModelFolder, NoticesDamagedFiles) {
  const std::string weights = text_of(path / "weights.safetensors"), items = text_of(path / "items.parquet");
  put_text(path / "weights.safetensors", weights.substr(0, weights.size() - 4));
  EXPECT_THAT(complaint(), HasSubstr("cut short"));
  put_text(path / "weights.safetensors", weights);
  put_text(path / "items.parquet", items.substr(0, items.size() / 2));
  EXPECT_THAT(complaint(), HasSubstr("items.parquet"));
}

TEST_F(ModelFolder, KeepsTheModelThatIsThereWhenANewWeightIsNoNumber) {
  const std::string before = text_of(path / "weights.safetensors");
  TrainedModel model = awkward_model();
  change_network(model, [](Autoencoder& a) { a.output.row(3)[17] = std::numeric_limits<float>::quiet_NaN(); });
  EXPECT_THAT(message_of<UserError>([&] { write_model(path, model, ""); }),
              HasSubstr("no longer finite numbers (output.bias, row 0)"));
  EXPECT_EQ(text_of(path / "weights.safetensors"), before);
}

TEST_F(ModelFolder, FindsAPlausibleNumberThatNobodyWrote) {
  const double liked = read_model(path).scale.liked;
  change_config("/dataset/scale/liked", liked - 0.5);
  EXPECT_THAT(complaint(), testing::HasSubstr("config.json is not as it was written"));
  EXPECT_THAT(message_of<UserError>([&] { read_model_without_catalogue(path); }),
              testing::HasSubstr("config.json is not as it was written"));
  std::filesystem::remove(path / "sha256sums.txt");  // on purpose, then
  EXPECT_EQ(read_model(path).scale.liked, liked - 0.5);
  EXPECT_EQ(read_model_without_catalogue(path).model.scale.liked, liked - 0.5);
}

TEST_F(ModelFolder, LeavesNothingBehindThatIsNotItsOwn) {
  int entries = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    EXPECT_THAT(entry.path().extension().string(), Not(testing::StrEq(".tmp")));
    ++entries;
  }
  EXPECT_EQ(entries, 6);
}

/// The study's network at its 2,821 films of 1950-1959.
TEST(ReferenceModel, HasTheStudysParameters) {
  const auto layers = layer_shapes(named_model("reference").architecture, 2821);
  std::vector<std::int64_t> parameters;
  for (const auto& layer : layers) parameters.push_back(layer.parameters());
  EXPECT_THAT(parameters, testing::ElementsAre(423'300, 3'775, 3'900, 425'971));
  EXPECT_EQ(Autoencoder::shaped(named_model("reference").architecture, 2821).parameters(),
            423'300 + 3'775 + 3'900 + 425'971);
}

}  // namespace
}  // namespace encore
