// Making dense rows, to see what they take.
#include "study/representations.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <new>
#include <span>

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::int64_t block_bytes = 32 << 20;  ///< of the piece that is made

std::int64_t resident_bytes() {
  std::int64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  return resident * sysconf(_SC_PAGE_SIZE);
}

/// Memory from the system alone: what an allocator keeps for later would hide what the rows take.
template <class Number>
class Pages {
 public:
  explicit Pages(std::size_t count) : bytes_(count * sizeof(Number)) {
    void* begin = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) throw std::bad_alloc();
    numbers_ = {static_cast<Number*>(begin), count};
  }
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;
  ~Pages() { ::munmap(numbers_.data(), bytes_); }
  std::span<Number> numbers() const { return numbers_; }

 private:
  std::size_t bytes_;
  std::span<Number> numbers_;
};

/// A row a user, 0 where there is no rating, else rating ÷ maximum; every number is written, as the study does.
template <class Number>
void fill_dense_rows(const Dataset& dataset, std::int32_t users, std::span<Number> rows) {
  const auto width = static_cast<std::size_t>(dataset.items.size());
  std::ranges::fill(rows, Number{0});
  for (std::int32_t user = 0; user < users; ++user) {
    const auto items = dataset.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      rows[static_cast<std::size_t>(user) * width + static_cast<std::size_t>(items[i])] =
          static_cast<Number>(dataset.ratings.ratings_of(user)[i]) / static_cast<Number>(dataset.scale.maximum);
  }
}

/// Resident bytes for each cell of one block of rows, or of two with the same content. Null for too few rows to see.
template <class Number>
Json bytes_per_cell(const Dataset& dataset, bool doubled) {
  const std::int64_t row = dataset.items.size() * static_cast<std::int64_t>(sizeof(Number));
  if (row == 0) return nullptr;
  const auto users = static_cast<std::int32_t>(std::min<std::int64_t>(dataset.users.size(), block_bytes / row));
  if (users * row < block_bytes / 32) return nullptr;
  const auto cells = static_cast<std::size_t>(users) * static_cast<std::size_t>(dataset.items.size());
  const std::int64_t before = resident_bytes();
  const Pages<Number> block(doubled ? 2 * cells : cells);
  fill_dense_rows(dataset, users, block.numbers().first(cells));
  if (doubled) std::ranges::copy(block.numbers().first(cells), block.numbers().last(cells).begin());
  return static_cast<double>(resident_bytes() - before) / static_cast<double>(cells);
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
