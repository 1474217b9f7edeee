// A record batch of ratings behind Arrow's C data interface, checked column by column. Arrow's library is not needed:
// the interface is two structs (https://arrow.apache.org/docs/format/CDataInterface.html). Not where the rows go
// (dataset/rating_collector.h).
#pragma once
#include <cstdint>
#include "dataset/rating_collector.h"

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  std::int64_t length, null_count, offset, n_buffers, n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

namespace encore::c_api {

/// In the place of a Part: no rating but a film seen without one, whatever the rating says.
constexpr std::int8_t seen_part = 4;

/// The columns, each from the batch's first row on. One of the two kinds of rating is there; `part` may be missing.
struct RatingBatch {
  std::int64_t rows = 0;
  const std::int32_t* user = nullptr;
  const std::int32_t* item = nullptr;
  const float* rating_float = nullptr;
  const double* rating_double = nullptr;
  const std::int8_t* part = nullptr;
};

/// Throws UserError naming the column (and row) for a missing column, a wrong type or a null.
RatingBatch read_batch(const ArrowSchema&, const ArrowArray&);

/// Throws UserError naming row, column and value of the first user, item, rating or part that cannot be.
void require_in_range(const RatingBatch&, std::int32_t users, std::int32_t items);

/// Seen films go in as seen_without_stars.
void append(const RatingBatch&, RatingCollector&);

/// Takes what was seen without a rating out of a matrix that `append` filled.
UserItems take_seen(RatingMatrix&);

}  // namespace encore::c_api
