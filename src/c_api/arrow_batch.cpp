// Struct array → four pointers, after every check that the interface leaves to its reader.
#include "c_api/arrow_batch.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <fmt/format.h>
#include "c_api/guard.h"
#include "model/input_rows.h"
#include "process/error.h"

namespace encore::c_api {
namespace {

struct TypeName {
  std::string_view format, name;
};
constexpr TypeName type_names[] = {{"c", "int8"},    {"C", "uint8"},   {"s", "int16"},   {"S", "uint16"},
                                   {"i", "int32"},   {"I", "uint32"},  {"l", "int64"},   {"L", "uint64"},
                                   {"e", "float16"}, {"f", "float32"}, {"g", "float64"}, {"u", "string"},
                                   {"b", "boolean"}, {"n", "null"}};

std::string type_of(const ArrowSchema& schema) {
  if (schema.dictionary != nullptr) return "a dictionary";
  for (const TypeName& type : type_names) {
    if (type.format == schema.format) return std::string(type.name);
  }
  return fmt::format("of Arrow's format '{}'", schema.format);
}

bool is_valid(const void* bitmap, std::int64_t row) {
  return bitmap == nullptr || (static_cast<const std::uint8_t*>(bitmap)[row / 8] >> (row % 8) & 1) != 0;
}

/// The first null of `array` in its rows [offset, offset + rows), or −1.
std::int64_t first_null(const ArrowArray& array, std::int64_t offset, std::int64_t rows) {
  if (array.null_count == 0 || array.n_buffers < 1) return -1;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (!is_valid(array.buffers[0], offset + row)) return row;
  }
  return -1;
}

struct Column {
  const ArrowSchema* schema = nullptr;
  const ArrowArray* array = nullptr;
};

Column find_column(const ArrowSchema& schema, const ArrowArray& array, std::string_view name) {
  Column found;
  for (std::int64_t c = 0; c < schema.n_children; ++c) {
    if (schema.children[c]->name == nullptr || name != schema.children[c]->name) continue;
    if (found.schema != nullptr) throw UserError(fmt::format("a batch of ratings has two columns '{}'", name));
    found = {schema.children[c], array.children[c]};
  }
  return found;
}

/// The column's values from the batch's first row on, or null when it has another type than `format`.
const void* values(const Column& column, const ArrowArray& batch, std::string_view format, std::size_t width) {
  if (column.schema->format != format || column.schema->dictionary != nullptr) return nullptr;
  const std::int64_t offset = batch.offset + column.array->offset;
  if (column.array->n_buffers != 2 || column.array->offset + column.array->length < batch.offset + batch.length) {
    throw Misuse(fmt::format("the Arrow column '{}' is shorter than its batch", column.schema->name));
  }
  if (const std::int64_t row = first_null(*column.array, offset, batch.length); row >= 0) {
    throw UserError(
        fmt::format("row {} of a batch has no value in column '{}'; leave such rows out", row, column.schema->name));
  }
  static constexpr double nothing = 0;  // an empty column may come without a buffer
  const void* buffer = column.array->buffers[1];
  if (buffer == nullptr) return &nothing;
  return static_cast<const char*>(buffer) + static_cast<std::size_t>(offset) * width;
}

UserError wrong_type(const Column& column, std::string_view wanted) {
  return UserError(
      fmt::format("column '{}' is {}; cast it to {}", column.schema->name, type_of(*column.schema), wanted));
}

const std::int32_t* whole_numbers(const ArrowSchema& schema, const ArrowArray& array, std::string_view name) {
  const Column column = find_column(schema, array, name);
  if (column.schema == nullptr) throw UserError(fmt::format("a batch of ratings has no column '{}'", name));
  const void* found = values(column, array, "i", sizeof(std::int32_t));
  if (found == nullptr) throw wrong_type(column, "int32");
  return static_cast<const std::int32_t*>(found);
}

/// Looks at all values at once, which vectorises, and for the first bad one only when there is one.
template <class Value, class IsBad>
void require_none(const Value* values, std::int64_t rows, std::string_view column, std::string_view wanted,
                  IsBad is_bad) {
  bool any = false;
  for (std::int64_t row = 0; row < rows; ++row) any |= is_bad(values[row]);
  if (!any) return;
  const std::int64_t row = std::find_if(values, values + rows, is_bad) - values;
  throw UserError(fmt::format("row {} of a batch has {} in column '{}'; it must be {}", row,
                              static_cast<double>(values[row]), column, wanted));
}

template <class Stars>
void append_rows(const RatingBatch& batch, const Stars* stars, RatingCollector& collector) {
  for (std::int64_t row = 0; row < batch.rows; ++row) {
    if (batch.part != nullptr && batch.part[row] == seen_part) {
      collector.add(batch.user[row], batch.item[row], seen_without_stars, Part::none);
      continue;
    }
    collector.add(batch.user[row], batch.item[row], static_cast<float>(stars[row]),
                  batch.part == nullptr ? Part::none : static_cast<Part>(batch.part[row]));
  }
}

}  // namespace

RatingBatch read_batch(const ArrowSchema& schema, const ArrowArray& array) {
  if (schema.release == nullptr || array.release == nullptr) throw Misuse("the Arrow batch was released already");
  if (std::string_view(schema.format) != "+s" || schema.n_children != array.n_children) {
    throw UserError(fmt::format("ratings come as record batches (struct arrays); this is {}", type_of(schema)));
  }
  if (const std::int64_t row = first_null(array, array.offset, array.length); row >= 0) {
    throw UserError(fmt::format("row {} of a batch is null as a whole; leave such rows out", row));
  }
  RatingBatch batch;
  batch.rows = array.length;
  batch.user = whole_numbers(schema, array, "user");
  batch.item = whole_numbers(schema, array, "item");
  const Column rating = find_column(schema, array, "rating"), part = find_column(schema, array, "part");
  if (rating.schema == nullptr) throw UserError("a batch of ratings has no column 'rating'");
  batch.rating_float = static_cast<const float*>(values(rating, array, "f", sizeof(float)));
  batch.rating_double = static_cast<const double*>(values(rating, array, "g", sizeof(double)));
  if (batch.rating_float == nullptr && batch.rating_double == nullptr) throw wrong_type(rating, "float32 or float64");
  if (part.schema != nullptr) {
    batch.part = static_cast<const std::int8_t*>(values(part, array, "c", sizeof(std::int8_t)));
    if (batch.part == nullptr) throw wrong_type(part, "int8");
  }
  return batch;
}

void require_in_range(const RatingBatch& batch, std::int32_t users, std::int32_t items) {
  const auto outside = [](std::int32_t limit) {
    return
        [limit](std::int32_t value) { return static_cast<std::uint32_t>(value) >= static_cast<std::uint32_t>(limit); };
  };
  const auto below = [](std::int32_t limit) { return fmt::format("at least 0 and below {}", limit); };
  require_none(batch.user, batch.rows, "user", below(users), outside(users));
  require_none(batch.item, batch.rows, "item", below(items), outside(items));
  constexpr std::string_view finite = "a finite number";
  if (batch.rating_float != nullptr) {
    require_none(batch.rating_float, batch.rows, "rating", finite, [](float v) { return !(std::fabs(v) < INFINITY); });
  } else {
    require_none(batch.rating_double, batch.rows, "rating", finite,
                 [](double v) { return !(std::fabs(v) <= 3.4028234663852886e38); });
  }
  if (batch.part != nullptr) {
    require_none(batch.part, batch.rows, "part", "0, 1, 2, 3 or 4", [](std::int8_t v) { return v < 0 || v > seen_part; });
  }
}

void append(const RatingBatch& batch, RatingCollector& collector) {
  if (batch.rating_float != nullptr) {
    append_rows(batch, batch.rating_float, collector);
  } else {
    append_rows(batch, batch.rating_double, collector);
  }
}

UserItems take_seen(RatingMatrix& ratings) {
  UserItems seen;
  if (std::ranges::none_of(ratings.rating, [](float stars) { return std::isnan(stars); })) return seen;
  seen.start.push_back(0);
  std::size_t kept = 0, cell = 0;
  for (std::size_t user = 0; user + 1 < ratings.start.size(); ++user) {
    for (const auto end = static_cast<std::size_t>(ratings.start[user + 1]); cell < end; ++cell) {
      if (std::isnan(ratings.rating[cell])) {
        seen.item.push_back(ratings.item[cell]);
        continue;
      }
      ratings.item[kept] = ratings.item[cell], ratings.rating[kept] = ratings.rating[cell];
      if (!ratings.part.empty()) ratings.part[kept] = ratings.part[cell];
      ++kept;
    }
    ratings.start[user + 1] = static_cast<std::int64_t>(kept);
    seen.start.push_back(std::ssize(seen.item));
  }
  ratings.item.resize(kept), ratings.rating.resize(kept);
  if (!ratings.part.empty()) ratings.part.resize(kept);
  return seen;
}

}  // namespace encore::c_api
