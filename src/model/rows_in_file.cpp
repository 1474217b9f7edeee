// Blocks are those of the sums: none is used before it has been compared.
#include "model/rows_in_file.h"

#include <algorithm>
#include <cassert>

namespace encore {

RowsInFile::RowsInFile(std::shared_ptr<SafetensorsReader> file, std::string name, const TensorShape& shape)
    : name_(std::move(name)), shape_(shape), entry_(&file->entry_of(name_, "F32")) {
  assert(file->can_read_in_parts());
  file->require_shape(name_, *entry_, shape_);
  file->require_bytes(name_, *entry_);
  file_ = std::move(file);
}

void RowsInFile::take_block(std::uint64_t block) {
  if (block == block_) return;
  block_ = ~std::uint64_t{0};
  numbers_.resize(entry_->bytes_of(block) / sizeof(float));
  file_->read_block(name_, *entry_, block, reinterpret_cast<char*>(numbers_.data()));
  const auto first = static_cast<std::int64_t>(block * (sum_block_bytes / sizeof(float)));
  file_->require_finite(name_, shape_, first, numbers_.data(), std::ssize(numbers_));
  block_ = block;
}

void RowsInFile::read(std::int64_t first, std::int64_t count, float* to, std::int64_t stride) {
  constexpr auto numbers_of_block = static_cast<std::int64_t>(sum_block_bytes / sizeof(float));
  for (std::int64_t row = 0; row < count; ++row) {
    const std::int64_t begin = (first + row) * width();
    for (std::int64_t done = 0, part; done < width(); done += part) {  // a row may lie in several blocks
      const std::int64_t at = (begin + done) % numbers_of_block;
      take_block(static_cast<std::uint64_t>((begin + done) / numbers_of_block));
      part = std::min(width() - done, std::ssize(numbers_) - at);
      std::copy_n(numbers_.data() + at, part, to + row * stride + done);
    }
  }
}

const float* KeptRows::row(std::int64_t index) const {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(index);
  if (found != kept_.end()) return found->second.data();
  kernel::AlignedFloats numbers(static_cast<std::size_t>(stride_), 0.0F);
  rows_.read(index, 1, numbers.data(), stride_);
  return kept_.emplace(index, std::move(numbers)).first->second.data();
}

bool KeptRows::says_something(std::int64_t index) const {
  const float* numbers = row(index);
  return std::any_of(numbers, numbers + stride_, [](float number) { return number != 0; });
}

}  // namespace encore
