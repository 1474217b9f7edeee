// Ratings that arrive in any order become the sparse matrix: kept in 12 bytes each, sorted by user and item at the end.
// Not where they come from (c_api/arrow_batch.h), and no files (folder/).
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

class RatingCollector {
 public:
  /// For so many users. At most 16 bytes of memory for each rating at any time, `finish` included, when no few users
  /// hold most of them.
  explicit RatingCollector(std::int32_t users);

  /// What `add` may be undone to.
  struct Mark {
    std::vector<std::int64_t> sizes;
    bool parts;
  };
  Mark mark() const;
  /// Takes back what came after the mark.
  void undo_to(const Mark&);

  /// user in [0, users), item in [0, 2^30): the caller has looked.
  void add(std::int32_t user, std::int32_t item, float stars, Part part) {
    Bucket& bucket = buckets_[static_cast<std::size_t>(user >> shift_)];
    if ((bucket.size & (chunk_records - 1)) == 0) start_chunk(bucket);
    bucket.tail[bucket.size++ & (chunk_records - 1)] = {
        user, static_cast<std::uint32_t>(item) | static_cast<std::uint32_t>(part) << part_shift, stars};
    parts_ = parts_ || part != Part::none;
  }
  std::int64_t size() const;

  /// The matrix; the collector is empty afterwards. Its `part` is empty when no rating had one. Throws UserError naming
  /// user and item of a pair that came twice.
  RatingMatrix finish();

 private:
  struct Record {
    std::int32_t user;
    std::uint32_t item_and_part;
    float stars;
  };
  static constexpr int part_shift = 30;
  static constexpr std::int64_t chunk_records = 65536;
  /// Straight from the system and back: what a heap keeps for later would count twice.
  struct Unmap {
    void operator()(Record* records) const noexcept;
  };
  using Chunk = std::unique_ptr<Record[], Unmap>;
  struct Bucket {
    std::vector<Chunk> chunks;
    std::int64_t size = 0;
    Record* tail = nullptr;
  };
  void start_chunk(Bucket&);
  void append(Bucket&, std::int32_t first_user, RatingMatrix&);

  std::int32_t users_;
  int shift_ = 0;  ///< a bucket holds 2^shift users
  bool parts_ = false;
  std::vector<Bucket> buckets_;
  std::vector<std::int64_t> place_;    ///< of each user of a bucket in `sorted_`
  std::vector<std::uint64_t> sorted_;  ///< a bucket by user: item, part and the bits of the stars in one number
};

}  // namespace encore
