// encore_rows_*: the ratings that one process holds, from record batches to the sparse matrix.
#include <nlohmann/json.hpp>
#include "c_api/arrow_batch.h"
#include "c_api/guard.h"
#include "c_api/handles.h"
#include "process/error.h"

namespace encore::c_api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t most_items = std::int64_t{1} << 30, most_users = std::int64_t{1} << 31;

std::int32_t count_in(const Json& head, const char* name, std::int64_t limit) {
  const auto count = head.at(name).get<std::int64_t>();
  if (count < 0 || count >= limit) throw UserError(std::string("this dataset has too many ") + name + " for the core");
  return static_cast<std::int32_t>(count);
}

Dataset dataset_of(const Json& head, const std::uint8_t* folds, const std::int64_t* training_ratings) {
  Dataset dataset;
  const Json& scale = head.at("scale");
  dataset.scale = {scale.at("minimum"), scale.at("maximum"), scale.at("liked"), scale.at("implicit"),
                   scale.value("count", std::string()) == "log"};
  dataset.seed = head.at("seed");
  dataset.fingerprint = head.at("fingerprint");
  const auto items = static_cast<std::size_t>(count_in(head, "items", most_items)),
             users = static_cast<std::size_t>(count_in(head, "users", most_users));
  dataset.items.id.resize(items);
  dataset.items.title.resize(items);
  dataset.items.year.resize(items);
  dataset.items.genres.resize(items);
  dataset.items.ratings.resize(items);
  dataset.items.training_ratings.assign(training_ratings, training_ratings + items);
  dataset.users.id.resize(users);
  dataset.users.fold.reserve(users);
  for (std::size_t user = 0; user < users; ++user) {
    if (folds[user] > 2) throw Misuse("a fold must be 0, 1 or 2");
    dataset.users.fold.push_back(static_cast<Fold>(folds[user]));
  }
  return dataset;
}

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" {

int encore_rows_new(const char* head_json, const uint8_t* folds, const int64_t* training_ratings, encore_rows** rows) {
  return c_api::guarded([&] {
    c_api::require(rows, "rows");
    auto made = std::make_unique<encore_rows>();
    made->dataset =
        c_api::dataset_of(c_api::Json::parse(c_api::require(head_json, "head_json")), c_api::require(folds, "folds"),
                          c_api::require(training_ratings, "training_ratings"));
    made->collector.emplace(made->dataset.users.size());
    *rows = made.release();
  });
}

int encore_rows_push(encore_rows* rows, const struct ArrowSchema* schema, const struct ArrowArray* array) {
  return c_api::guarded([&] {
    c_api::require(rows, "rows");
    if (rows->finished()) throw c_api::Misuse("rows were pushed after they had been finished");
    const c_api::RatingBatch batch =
        c_api::read_batch(*c_api::require(schema, "schema"), *c_api::require(array, "array"));
    c_api::require_in_range(batch, rows->dataset.users.size(), rows->dataset.items.size());
    const encore::RatingCollector::Mark mark = rows->collector->mark();
    try {
      c_api::append(batch, *rows->collector);
    } catch (...) {
      rows->collector->undo_to(mark);
      throw;
    }
  });
}

int encore_rows_finish(encore_rows* rows) {
  return c_api::guarded([&] {
    c_api::require(rows, "rows");
    if (rows->finished()) return;
    rows->dataset.ratings = rows->collector->finish();
    rows->dataset.seen = c_api::take_seen(rows->dataset.ratings);
    rows->collector.reset();
  });
}

int64_t encore_rows_count(const encore_rows* rows) {
  if (rows == nullptr) return 0;
  return rows->finished() ? rows->dataset.ratings.size() : rows->collector->size();
}

void encore_rows_free(encore_rows* rows) { delete rows; }
}
