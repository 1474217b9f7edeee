// The catalogue that opens without a database: the same as items.parquet has, bound to its bytes, and never missed.
#include "folder/ready_catalogue.h"
#include <gmock/gmock.h>
#include <tuple>
#include "digest/checksums.h"
#include "folder/catalogue_file.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "models/table.h"
#include "network/tiny_model.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;

Catalogue awkward_catalogue() {
  Catalogue items;
  items.numeric_ids = false;
  items.id = {"B00,1", "B000", "b\"2", "é"};
  items.title = {"", "Comma, The, a (1950)", "Amélie\nof two lines", "\"quoted\""};
  items.year = {std::nullopt, 1950, -5, 2001};
  items.genres = {"Drama|Children's", "", "(no genres listed)", ""};
  items.ratings = {1, 4, std::int64_t{1} << 40, 3};
  items.training_ratings = {0, 4, 2, 3};
  items.added = {1, 0, 0, 0};
  items.retired = {0, 0, 1, 0};
  return items;
}

auto columns_of(const Catalogue& items) {
  return std::tie(items.numeric_ids, items.id, items.title, items.year, items.genres, items.ratings, items.training_ratings, items.added,
                  items.retired);
}

class ReadyCatalogue : public testing::Test {
 protected:
  void write(const Catalogue& items) {
    write_catalogue(folder / "items.parquet", items);
    write_ready_catalogue(folder.path(), items);
  }
  std::optional<Catalogue> ready() const { return read_ready_catalogue(folder.path(), file_checksum(folder / "items.parquet")); }
  TemporaryFolder folder;
};

TEST_F(ReadyCatalogue, IsTheCatalogueOfItemsParquet) {
  Catalogue plain = awkward_catalogue();
  plain.added.clear(), plain.retired.clear();
  Catalogue restored = awkward_catalogue();
  restored.retired.assign(4, 0);
  Catalogue numbers = awkward_catalogue();
  numbers.numeric_ids = true, numbers.id = {"-3", "1", "20", "100"};
  for (const Catalogue& items : {awkward_catalogue(), plain, restored, numbers, Catalogue{}}) {
    write(items);
    const auto read = ready();
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(columns_of(*read), columns_of(read_catalogue(folder / "items.parquet")));
    EXPECT_EQ(read->id, items.id);
  }
}

TEST_F(ReadyCatalogue, OfOtherBytesIsNotTaken) {
  Catalogue items = awkward_catalogue();
  write(items);
  items.title[0] = "another";
  write_catalogue(folder / "items.parquet", items);
  EXPECT_FALSE(ready().has_value());
  write(items);
  EXPECT_EQ(ready()->title[0], "another");
  std::filesystem::remove(folder / "catalogue.safetensors");
  EXPECT_FALSE(ready().has_value());
}

TEST_F(ReadyCatalogue, EveryBitThatRotsIsNoticed) {
  write(awkward_catalogue());
  const std::string whole = text_of(folder / "catalogue.safetensors");
  int refused = 0;
  for (std::size_t bit = 0; bit < whole.size() * 8; bit += 3) {
    std::string rotten = whole;
    rotten[bit / 8] = static_cast<char>(rotten[bit / 8] ^ 1 << bit % 8);
    put_text(folder / "catalogue.safetensors", rotten);
    try {
      const auto read = ready();
      EXPECT_EQ(columns_of(read.value_or(awkward_catalogue())), columns_of(awkward_catalogue())) << "bit " << bit;
    } catch (const UserError& error) {
      ++refused;
      EXPECT_THAT(error.what(), HasSubstr("catalogue.safetensors is damaged")) << "bit " << bit;
    }
  }
  EXPECT_GT(refused, 1000);
}

TEST(ModelFolderWithoutReadyCatalogue, OpensToTheSame) {
  const TemporaryFolder folder;
  const TrainedModel model = tiny_model(model_kinds().front().architecture, 5);
  write_model(folder / "m", model, "");
  const Catalogue with = read_model(folder / "m").items;
  ASSERT_TRUE(std::filesystem::remove(folder / "m" / "catalogue.safetensors"));  // as a folder of 0.1 is
  EXPECT_EQ(columns_of(read_model(folder / "m").items), columns_of(with));
}

}  // namespace
}  // namespace encore
