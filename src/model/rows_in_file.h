// Rows of a tensor that stay in its file until they are needed: for a process that answers once, where fresh memory for all of them
// takes longer than the answer. Not the file's format (safetensors.h).
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>
#include "kernel/aligned.h"
#include "model/safetensors.h"

namespace encore {

/// For somebody who passes over the rows: a block of the file is read, and compared with what was written, when one of its rows is first
/// needed, and kept until another one is. For one thread; a copy for each other one.
class RowsInFile {
 public:
  /// `file` must be readable in parts. Throws UserError naming it when the tensor is missing, is not float32 or has another shape.
  RowsInFile(std::shared_ptr<SafetensorsReader> file, std::string name, const TensorShape& shape);

  std::int64_t width() const { return shape_.back(); }
  /// Rows [first, first + count) to `to`, `stride` floats apart; what lies between is left alone. Throws UserError as
  /// SafetensorsReader::read does.
  void read(std::int64_t first, std::int64_t count, float* to, std::int64_t stride);

 private:
  void take_block(std::uint64_t block);

  std::shared_ptr<const SafetensorsReader> file_;
  std::string name_;
  TensorShape shape_;
  const SafetensorsReader::Entry* entry_;
  std::uint64_t block_ = ~std::uint64_t{0};
  std::vector<float> numbers_;  ///< of that block
};

/// For somebody who needs a few: each row is read once and kept. Thread-safe.
class KeptRows {
 public:
  /// Rows are padded with zeros to `stride`.
  KeptRows(RowsInFile rows, std::int64_t stride) : rows_(std::move(rows)), stride_(stride) {}

  std::int64_t stride() const { return stride_; }
  /// [stride], for as long as this lives. Throws UserError as RowsInFile::read does.
  const float* row(std::int64_t index) const;
  /// Whether a number of the row is not zero.
  bool says_something(std::int64_t index) const;

 private:
  mutable std::mutex mutex_;
  mutable RowsInFile rows_;
  mutable std::map<std::int64_t, kernel::AlignedFloats> kept_;
  std::int64_t stride_;
};

}  // namespace encore
