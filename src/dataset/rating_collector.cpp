// Buckets of neighbouring users, filled as rows come; each is sorted, appended and freed in turn.
#include "dataset/rating_collector.h"

#include <sys/mman.h>
#include <algorithm>
#include <bit>
#include <new>
#include <fmt/format.h>
#include "process/error.h"

namespace encore {
namespace {

constexpr int most_buckets_log2 = 7;
constexpr std::uint32_t item_mask = (std::uint32_t{1} << 30) - 1;

}  // namespace

void RatingCollector::Unmap::operator()(Record* records) const noexcept {
  ::munmap(records, chunk_records * sizeof(Record));
}

RatingCollector::RatingCollector(std::int32_t users) : users_(users) {
  const auto last = static_cast<std::uint32_t>(std::max(users, 1) - 1);
  shift_ = std::max(0, static_cast<int>(std::bit_width(last)) - most_buckets_log2);
  buckets_.resize((static_cast<std::size_t>(last) >> shift_) + 1);
}

void RatingCollector::start_chunk(Bucket& bucket) {
  const auto number = static_cast<std::size_t>(bucket.size / chunk_records);
  if (number == bucket.chunks.size()) {
    bucket.chunks.reserve(number + 1);
    void* memory =
        ::mmap(nullptr, chunk_records * sizeof(Record), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    bucket.chunks.emplace_back(static_cast<Record*>(memory));
  }
  bucket.tail = bucket.chunks[number].get();
}

RatingCollector::Mark RatingCollector::mark() const {
  Mark mark{{}, parts_};
  for (const Bucket& bucket : buckets_) mark.sizes.push_back(bucket.size);
  return mark;
}

void RatingCollector::undo_to(const Mark& mark) {
  parts_ = mark.parts;
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    Bucket& bucket = buckets_[b];
    bucket.size = mark.sizes[b];
    if ((bucket.size & (chunk_records - 1)) != 0) {
      bucket.tail = bucket.chunks[static_cast<std::size_t>(bucket.size / chunk_records)].get();
    }
  }
}

std::int64_t RatingCollector::size() const {
  std::int64_t sum = 0;
  for (const Bucket& bucket : buckets_) sum += bucket.size;
  return sum;
}

RatingMatrix RatingCollector::finish() {
  RatingMatrix matrix;
  const auto count = static_cast<std::size_t>(size());
  // Reserved, not filled: memory is taken page by page, as that of the buckets is given back.
  matrix.start.reserve(static_cast<std::size_t>(users_) + 1);
  matrix.item.reserve(count);
  matrix.rating.reserve(count);
  if (parts_) matrix.part.reserve(count);
  for (std::size_t b = 0; b < buckets_.size(); ++b) {
    append(buckets_[b], static_cast<std::int32_t>(b << shift_), matrix);
  }
  sorted_ = {};
  parts_ = false;
  return matrix;
}

/// A counting sort by user, then each user's row by item.
void RatingCollector::append(Bucket& bucket, std::int32_t first_user, RatingMatrix& matrix) {
  const auto users = static_cast<std::size_t>(std::min(std::int64_t{1} << shift_, std::int64_t{users_} - first_user));
  const auto for_each_record = [&bucket](auto&& visit) {
    for (std::int64_t left = bucket.size, c = 0; left > 0; ++c, left -= chunk_records) {
      const Record* records = bucket.chunks[static_cast<std::size_t>(c)].get();
      std::for_each(records, records + std::min(left, chunk_records), visit);
    }
  };
  place_.assign(users + 1, 0);
  for_each_record([&](const Record& r) { ++place_[static_cast<std::size_t>(r.user - first_user) + 1]; });
  for (std::size_t u = 0; u < users; ++u) place_[u + 1] += place_[u];
  sorted_.resize(static_cast<std::size_t>(bucket.size));
  for_each_record([&](const Record& r) {
    const std::uint64_t item = r.item_and_part & item_mask, part = r.item_and_part >> part_shift;
    sorted_[static_cast<std::size_t>(place_[static_cast<std::size_t>(r.user - first_user)]++)] =
        item << 34 | part << 32 | std::bit_cast<std::uint32_t>(r.stars);
  });
  bucket = {};
  for (std::size_t u = 0; u < users; ++u) {  // place_ has moved on: a user's row now ends where it says
    const auto begin = sorted_.begin() + (u == 0 ? 0 : place_[u - 1]), end = sorted_.begin() + place_[u];
    if (!std::is_sorted(begin, end)) std::sort(begin, end);
    std::int32_t before = -1;
    for (auto at = begin; at != end; ++at) {
      const auto item = static_cast<std::int32_t>(*at >> 34);
      if (item == before) {
        throw UserError(fmt::format("user {} has item {} twice; keep one rating of each pair",
                                    first_user + static_cast<std::int32_t>(u), item));
      }
      matrix.item.push_back(before = item);
      matrix.rating.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(*at)));
      if (parts_) matrix.part.push_back(static_cast<Part>(*at >> 32 & 3));
    }
    matrix.start.push_back(static_cast<std::int64_t>(matrix.item.size()));
  }
}

}  // namespace encore
