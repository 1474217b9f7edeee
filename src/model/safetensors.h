// The safetensors file format (https://huggingface.co/docs/safetensors): named float32 tensors behind a JSON header,
// readable by every framework, with nothing executable in it. It knows no model; which tensors there must be is
// network/network_model.h's business.
//
// Layout: header length as uint64, little-endian · JSON header, padded with blanks to 8 bytes · the tensors, back to
// back.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "digest/block_sums.h"
#include "process/positioned_file.h"

namespace encore {

using TensorShape = std::vector<std::int64_t>;

/// A tensor in memory: `rows` × `width` numbers, rows `stride` floats apart; what lies between is padding and never in
/// the file.
template <class Float>
struct TensorOf {
  std::string name;
  TensorShape shape;  ///< [rows, width] or [width]
  Float* values;
  std::int64_t stride;
};
using TensorView = TensorOf<const float>;  ///< to be written
using TensorTarget = TensorOf<float>;      ///< to be filled

/// A tensor of one dimension that is no floats: texts and whole numbers beside the weights.
struct ByteTensor {
  std::string name;
  std::string dtype;       ///< "U8", "I32" or "I64"
  std::string_view bytes;  ///< whole numbers, little-endian
};

/// Writes all tensors in the given order, and into the metadata the sums of each one's blocks ("xxh3:NAME", digest/block_sums.h)
/// and the SHA-256 of the rest of the metadata ("metadata_sha256"). Throws UserError naming the file when the disk refuses, or
/// when a number is not finite; then nothing was written.
void write_safetensors(const std::filesystem::path& file, const std::vector<TensorView>& tensors,
                       std::map<std::string, std::string> metadata);
void write_safetensors(const std::filesystem::path& file, const std::vector<ByteTensor>& tensors,
                       std::map<std::string, std::string> metadata);

/// An opened file whose header has been checked: every tensor lies inside the file, without holes or overlaps.
class SafetensorsReader {
 public:
  /// Throws UserError naming the file: missing, cut short, longer than it says, with a damaged header, or with metadata
  /// that is not what was written.
  explicit SafetensorsReader(std::filesystem::path file);
  const std::filesystem::path& file() const { return file_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// Throws UserError when the tensor is missing.
  TensorShape shape_of(const std::string& name) const;
  /// Fills `target` and leaves its padding alone; a long one with several threads. Throws UserError naming file and tensor
  /// when the tensor is missing, is not float32, has another shape, holds a value that is not finite, or when the numbers are
  /// not those written.
  void read(const TensorTarget& target);
  /// The same for rows [first_row, first_row + rows of the target) of a tensor that has more; the rest is not looked at.
  void read_rows(const TensorTarget& target, std::int64_t first_row);
  /// All bytes of a tensor of this type and of one dimension. Throws UserError as `read` does.
  std::string read_bytes(const std::string& name, const std::string& dtype);
  /// Of a file from before there were sums of blocks (0.1): begins to compare the numbers with what was written, on a thread of
  /// its own; without it the first reading begins.
  void begin_verification();
  /// Throws UserError when the file holds tensors that were never read: it belongs to another network.
  void expect_all_read() const;
  /// Whether a part can be compared with what was written by itself (rows_in_file.h): not in files of 0.1, which have one sum of all
  /// numbers.
  bool can_read_in_parts() const;

 private:
  friend class RowsInFile;
  struct Entry {
    std::string dtype;
    TensorShape shape;
    std::uint64_t begin, end;  ///< bytes behind the header
    std::string sums;          ///< of its blocks; empty: none were written
    bool was_read = false;
    std::uint64_t bytes() const { return end - begin; }
    std::uint64_t bytes_of(std::uint64_t block) const { return std::min(sum_block_bytes, bytes() - block * sum_block_bytes); }
  };
  struct Rows;  // what `fill` reads
  void parse_header(const std::string& text, std::uint64_t data_bytes);
  Entry& entry_of(const std::string& name, const std::string& dtype);
  void require_shape(const std::string& name, const Entry& entry, const TensorShape& wanted) const;
  void require_bytes(const std::string& name, const Entry& entry) const;
  void fill(const TensorTarget& target, const Entry& entry, std::int64_t first_row);
  void fill_blocks(const Rows& rows, std::atomic<std::uint64_t>& next, std::uint64_t end) const;
  /// The bytes of one block of a tensor, as many as it has.
  void read_block(const std::string& name, const Entry& entry, std::uint64_t block, char* to) const;
  /// Throws UserError when one of `count` numbers of a tensor, from this one on, is not finite.
  void require_finite(const std::string& name, const TensorShape& shape, std::int64_t first, const float* values, std::int64_t count) const;
  /// Before the first number is used: all of them are what was written. Files of other programs have no sums and are taken as
  /// they are.
  void verify_checksum();

  std::filesystem::path file_;
  PositionedFile bytes_;
  std::uint64_t data_start_ = 0;
  std::future<std::string> sum_;  ///< of the numbers, while it is computed
  bool was_verified_ = false;
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace encore
