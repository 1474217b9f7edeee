// Making dense rows, to see what they take.
#include "study/representations.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t block_bytes = 32 << 20;  ///< of the piece that is made

std::int64_t resident_bytes() {
  std::int64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * sysconf(_SC_PAGE_SIZE);
}

/// A row a user, 0 where there is no rating, else rating ÷ maximum.
template <class Number>
std::vector<Number> dense_rows(const Dataset& dataset, std::int32_t users) {
  const auto width = static_cast<std::size_t>(dataset.items.size());
  std::vector<Number> rows(static_cast<std::size_t>(users) * width, Number{0});
  for (std::int32_t user = 0; user < users; ++user) {
    const auto items = dataset.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      rows[static_cast<std::size_t>(user) * width + static_cast<std::size_t>(items[i])] =
          static_cast<Number>(dataset.ratings.ratings_of(user)[i]) / static_cast<Number>(dataset.scale.maximum);
  }
  return rows;
}

/// Resident bytes for each cell of one block of rows, or of two with the same content. Nothing for too few rows to see.
template <class Number>
Json bytes_per_cell(const Dataset& dataset, bool doubled) {
  const std::int64_t row = dataset.items.size() * static_cast<std::int64_t>(sizeof(Number));
  const auto users = static_cast<std::int32_t>(std::min<std::int64_t>(dataset.users.size(), block_bytes / row));
  if (users * row < block_bytes / 32) return nullptr;
  const std::int64_t before = resident_bytes();
  const std::vector<Number> input = dense_rows<Number>(dataset, users);
  const std::vector<Number> target = doubled ? input : std::vector<Number>();
  const std::int64_t grown = resident_bytes() - before;
  if (input.empty() || grown <= 0) return nullptr;
  return static_cast<double>(grown) / static_cast<double>(input.size());
}

}  // namespace

const std::vector<Representation>& representations() {
  static const std::vector<Representation> rows = {{"dense arrays, 4 bytes", "movies × users × 4", 4},
                                                   {"dense arrays, 8 bytes", "movies × users × 8", 8},
                                                   {"doubled pairs, 4 bytes", "2 × movies × users × 4", 8},
                                                   {"doubled pairs, 8 bytes", "2 × movies × users × 8", 16},
                                                   {"sparse rows", "ratings × (4 + 4) + (users + 1) × 8", 0}};
  return rows;
}

std::int64_t sparse_rows_bytes(std::int64_t users, std::int64_t ratings) { return ratings * 8 + (users + 1) * 8; }

Json measured_memory(const Dataset& dataset) {
  const RatingMatrix& m = dataset.ratings;
  const std::size_t bytes = m.start.capacity() * sizeof(std::int64_t) + m.item.capacity() * sizeof(std::int32_t) +
                            m.rating.capacity() * sizeof(float) + m.part.capacity() * sizeof(Part);
  return {{"sparse_rows_bytes", bytes},
          {"bytes_per_cell",
           {{"dense arrays, 4 bytes", bytes_per_cell<float>(dataset, false)},
            {"dense arrays, 8 bytes", bytes_per_cell<double>(dataset, false)},
            {"doubled pairs, 4 bytes", bytes_per_cell<float>(dataset, true)},
            {"doubled pairs, 8 bytes", bytes_per_cell<double>(dataset, true)}}}};
}

}  // namespace encore
