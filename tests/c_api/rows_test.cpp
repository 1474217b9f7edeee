// Rows through the C interface: slices, nulls, types, ranges, and that a refused batch leaves nothing behind.
#include <gmock/gmock.h>
#include <array>
#include <cmath>
#include "c_api/arrow_batch.h"
#include "c_api/handles.h"

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A record batch of user, item and rating, built by hand as Arrow's documentation describes it.
class Batch {
 public:
  std::vector<std::int32_t> user{0, 1, 2}, item{5, 6, 7};
  std::vector<float> rating{1, 2, 3};
  std::uint8_t valid_items = 0xff;
  std::int64_t offset = 0, length = 3;
  const char *item_format = "i", *batch_format = "+s";
  std::uint8_t valid_rows = 0xff;

  int push(encore_rows* rows) {
    static const auto release_schema = [](ArrowSchema*) {};
    static const auto release_array = [](ArrowArray*) {};
    const std::array<const void*, 3> values{user.data(), item.data(), rating.data()};
    const std::array<const char*, 3> names{"user", "item", "rating"}, formats{"i", item_format, "f"};
    for (std::size_t c = 0; c < 3; ++c) {
      column_schema_[c] = {.format = formats[c], .name = names[c], .release = release_schema};
      buffers_[c] = {c == 1 ? &valid_items : nullptr, values[c]};
      column_[c] = {.length = static_cast<std::int64_t>(user.size()),
                    .null_count = c == 1 ? -1 : 0,
                    .n_buffers = 2,
                    .buffers = buffers_[c].data(),
                    .release = release_array};
      schema_children_[c] = &column_schema_[c];
      children_[c] = &column_[c];
    }
    const void* valid = &valid_rows;
    const ArrowSchema schema{.format = batch_format,
                             .name = "",
                             .n_children = 3,
                             .children = schema_children_.data(),
                             .release = release_schema};
    const ArrowArray array{.length = length,
                           .null_count = -1,
                           .offset = offset,
                           .n_buffers = 1,
                           .n_children = 3,
                           .buffers = &valid,
                           .children = children_.data(),
                           .release = release_array};
    return encore_rows_push(rows, &schema, &array);
  }

 private:
  std::array<ArrowSchema, 3> column_schema_;
  std::array<ArrowArray, 3> column_;
  std::array<std::array<const void*, 2>, 3> buffers_;
  std::array<ArrowSchema*, 3> schema_children_;
  std::array<ArrowArray*, 3> children_;
};

class Rows : public testing::Test {
 protected:
  void SetUp() override {
    const std::array<std::uint8_t, 4> folds{0, 0, 2, 1};
    const std::array<std::int64_t, 9> training_ratings{};
    ASSERT_EQ(encore_rows_new(R"({"items": 9, "users": 4, "seed": 42, "fingerprint": "f",
                                  "scale": {"minimum": 0.5, "maximum": 5, "liked": 4, "implicit": false}})",
                              folds.data(), training_ratings.data(), &rows),
              ENCORE_OK)
        << encore_last_error();
  }
  void TearDown() override { encore_rows_free(rows); }

  void expect_refused(Batch batch, const std::string& sentence) {
    EXPECT_EQ(batch.push(rows), ENCORE_USER_ERROR);
    EXPECT_EQ(encore_last_error(), sentence);
    EXPECT_EQ(encore_rows_count(rows), 0);
  }

  encore_rows* rows = nullptr;
};

TEST_F(Rows, BecomeTheMatrix) {
  Batch batch;
  batch.user = {2, 0, 0};
  ASSERT_EQ(batch.push(rows), ENCORE_OK) << encore_last_error();
  batch.user = {9, 3, 9}, batch.offset = 1, batch.length = 1;  // only its second row
  ASSERT_EQ(batch.push(rows), ENCORE_OK) << encore_last_error();
  ASSERT_EQ(encore_rows_finish(rows), ENCORE_OK);
  EXPECT_EQ(encore_rows_count(rows), 4);
  const encore::Dataset& dataset = rows->dataset;
  EXPECT_THAT(dataset.ratings.start, ElementsAre(0, 2, 2, 3, 4));
  EXPECT_THAT(dataset.ratings.item, ElementsAre(6, 7, 5, 6));
  EXPECT_THAT(dataset.users_in(encore::Fold::train), ElementsAre(0, 1));
  EXPECT_EQ(dataset.items.size(), 9);
}

TEST_F(Rows, RefuseABatchWithAMistake) {
  Batch null;
  null.valid_items = 0b101;
  expect_refused(null, "row 1 of a batch has no value in column 'item'; leave such rows out");
  Batch type;
  type.item_format = "l";
  expect_refused(type, "column 'item' is int64; cast it to int32");
  type.item_format = "w:42";
  expect_refused(type, "column 'item' is of Arrow's format 'w:42'; cast it to int32");
  Batch rows_of_nothing;
  rows_of_nothing.valid_rows = 0b011;
  expect_refused(rows_of_nothing, "row 2 of a batch is null as a whole; leave such rows out");
  Batch no_batch;
  no_batch.batch_format = "i";
  expect_refused(no_batch, "ratings come as record batches (struct arrays); this is int32");
  Batch user;
  user.user = {0, 1, 4};
  expect_refused(user, "row 2 of a batch has 4 in column 'user'; it must be at least 0 and below 4");
  Batch rating;
  rating.rating[0] = INFINITY;
  expect_refused(rating, "row 0 of a batch has inf in column 'rating'; it must be a finite number");
}

TEST_F(Rows, ASliceIsLookedAtOnlyWhereItIs) {
  Batch batch;
  batch.valid_items = 0b110, batch.offset = 1, batch.length = 2;
  EXPECT_EQ(batch.push(rows), ENCORE_OK) << encore_last_error();
  EXPECT_EQ(encore_rows_count(rows), 2);
}

TEST_F(Rows, AreAFailureWhenTheBindingErrs) {
  EXPECT_EQ(encore_rows_push(rows, nullptr, nullptr), ENCORE_FAILED);
  EXPECT_THAT(encore_last_error(), HasSubstr("null pointer"));
  Batch too_short;
  too_short.length = 4;
  EXPECT_EQ(too_short.push(rows), ENCORE_FAILED);
  ASSERT_EQ(encore_rows_finish(rows), ENCORE_OK);
  EXPECT_EQ(Batch().push(rows), ENCORE_FAILED);
}

}  // namespace
