// A model of every kind whose tables stay in their file answers with the bits of one in memory, and takes no damaged number.
#include <gmock/gmock.h>

#include <fstream>

#include "commands/every_kind.h"
#include "folder/model_folder.h"
#include "models/table.h"
#include "network/network_model.h"
#include "recommendation/desk.h"
#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;

class WeightsInFile : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::ofstream ratings(folder / "ratings.csv"), movies(folder / "movies.csv");
    ratings << "userId,movieId,rating\n", movies << "movieId,title,genres\n";
    for (int film = 1; film <= 150; ++film) {  // more than a block of scores
      movies << film << ",Film " << film << " (19" << film % 90 + 10 << "),Comedy\n";
      for (int user = 1; user <= 40; ++user)
        if ((film * 7 + user * 3) % 5 == 0) ratings << user << "," << film << "," << ((film + user) % 2 ? 5 : 1) << "\n";
    }
    ratings.close(), movies.close();
    ASSERT_EQ(says({"prepare", folder.path().string(), "-o", films, "--validation", "0.2", "--quiet"}).code, 0);
    std::vector<std::string> words = {"train", films, "-o", model, "--model", GetParam(), "--quiet"};
    if (!model_kind(GetParam()).architecture.hidden.empty()) words.insert(words.end(), {"--epochs", "2"});
    const Said said = says(words);
    ASSERT_EQ(said.code, 0) << said.err;
  }
  std::vector<Recommendation> answers(const Desk& desk) const {
    const Profile few{.items = {3, 77, 149}, .stars = {5, 5, 1}}, none{}, one{.items = {128}, .stars = {5}};
    std::vector<Question> questions{{&few, 150}, {&none, 10}, {&one, 10}};
    std::vector<Recommendation> all;
    for (const int threads : {1, 2, 3})
      for (auto& answer : desk.recommender().answer(questions, threads)) all.push_back(std::move(answer));
    return all;
  }
  TemporaryFolder folder;
  std::string films = (folder / "films").string(), model = (folder / "films.model").string();
};

TEST_P(WeightsInFile, AnswerWithTheSameBits) {
  const Desk in_memory(model), in_file(model, Weights::in_file);
  const auto expected = answers(in_memory), found = answers(in_file);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(found[i].kind, expected[i].kind);
    ASSERT_EQ(found[i].items.size(), expected[i].items.size());
    for (std::size_t k = 0; k < expected[i].items.size(); ++k) {
      EXPECT_EQ(found[i].items[k].item, expected[i].items[k].item) << i;
      EXPECT_EQ(found[i].items[k].score, expected[i].items[k].score) << i;
    }
  }
}

TEST_P(WeightsInFile, AreReadWhenAllOfThemAreAskedFor) {
  const TrainedModel in_memory = read_model(model), in_file = read_model(model, Weights::in_file);
  const Model &a = *in_memory.model, &b = *in_file.model;
  for (std::int32_t item = 0; item < 150; ++item) {
    EXPECT_EQ(b.knows(item), a.knows(item)) << item;
    const auto expected = a.item_vector(item), found = b.item_vector(item);
    EXPECT_TRUE(std::ranges::equal(found, expected)) << item;
  }
  EXPECT_EQ(b.parameters(), a.parameters());
  EXPECT_EQ(b.architecture(), a.architecture());
  EXPECT_EQ(network_in(b) == nullptr, network_in(a) == nullptr);
  const auto expected = a.tensors(), found = b.tensors();
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t t = 0; t < expected.size(); ++t) {
    EXPECT_EQ(found[t].tensor.name, expected[t].tensor.name);
    EXPECT_EQ(found[t].tensor.shape, expected[t].tensor.shape);
    const TensorShape& shape = expected[t].tensor.shape;
    const std::int64_t rows = shape.size() == 1 ? 1 : shape[0], width = shape.back();
    for (std::int64_t r = 0; r < rows; ++r) {
      const float *x = expected[t].tensor.values + r * expected[t].tensor.stride, *y = found[t].tensor.values + r * found[t].tensor.stride;
      EXPECT_TRUE(std::equal(x, x + width, y)) << found[t].tensor.name << ", row " << r;
    }
  }
}

TEST_P(WeightsInFile, NoDamagedNumberIsUsed) {
  const auto file = std::filesystem::path(model) / "weights.safetensors";
  std::ifstream in(file, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::uint64_t header = 0;
  whole.copy(reinterpret_cast<char*>(&header), sizeof header);
  const std::size_t begin = sizeof header + header;
  for (std::size_t at = begin; at < whole.size(); at += std::max<std::size_t>(1, (whole.size() - begin) / 7)) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << damaged;
    EXPECT_THAT(message_of<UserError>([&] { answers(Desk(model, Weights::in_file)); }), HasSubstr("weights.safetensors is damaged")) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, WeightsInFile, testing::ValuesIn(names_of_kinds()), test_name);

}  // namespace
}  // namespace encore
