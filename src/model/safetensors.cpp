// Reads safetensors files; see the header for the layout. Every number read from the file is checked before it is used.
#include "model/safetensors.h"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <nlohmann/json.hpp>
#include "dataset/checked_json.h"
#include "digest/block_sums.h"
#include "digest/sha256.h"
#include "model/safetensors_contents.h"
#include "process/error.h"
#include "process/resources.h"

namespace encore {
namespace {

constexpr std::uint64_t longest_header = 100'000'000;  // the limit of the reference implementation

std::int64_t width_of(const TensorShape& shape) { return shape.back(); }

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& what) {
  throw UserError(fmt::format("{} is damaged: {}; copy the model again or train it again", file.string(), what));
}

}  // namespace

SafetensorsReader::SafetensorsReader(std::filesystem::path file) : file_(std::move(file)), bytes_(file_) {
  const std::uint64_t size = bytes_.size();
  std::uint64_t length = 0;
  if (size < sizeof length) damaged(file_, fmt::format("it has only {} bytes", size));
  const bool begun = bytes_.read(0, reinterpret_cast<char*>(&length), sizeof length);
  if (begun && (length > longest_header || length > size - sizeof length)) damaged(file_, "its header is longer than the file");
  std::string text(begun ? length : 0, '\0');
  if (!begun || !bytes_.read(sizeof length, text.data(), text.size())) damaged(file_, "its header cannot be read");
  data_start_ = sizeof length + length;
  parse_header(text, size - data_start_);
}

void SafetensorsReader::parse_header(const std::string& text, std::uint64_t data_bytes) {
  try {
    const auto header = CheckedJson::parse(text);
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") {
        metadata_ = value.get<std::map<std::string, std::string>>();
        continue;
      }
      Entry entry{value.at("dtype").get<std::string>(), value.at("shape").get<TensorShape>(),
                  value.at("data_offsets").at(0).get<std::uint64_t>(),
                  value.at("data_offsets").at(1).get<std::uint64_t>(), {}};
      for (const std::int64_t size : entry.shape)
        if (size < 0 || size > std::numeric_limits<std::int32_t>::max()) entry.shape.clear();
      if (entry.shape.empty() || entry.shape.size() > 2)
        damaged(file_, fmt::format("the tensor {} has a shape that no layer has", name));
      entries_.emplace(name, std::move(entry));
    }
  } catch (const nlohmann::json::exception&) {
    damaged(file_, "its header is not the JSON of a safetensors file");
  }
  const auto said = metadata_.find(metadata_sum_key);
  if (said != metadata_.end() && said->second != sum_of(metadata_)) damaged(file_, "its metadata is not what was written");
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spans;
  for (const auto& [name, entry] : entries_) spans.emplace_back(entry.begin, entry.end);
  std::sort(spans.begin(), spans.end());
  std::uint64_t end = 0;
  for (const auto& [first, last] : spans) {
    if (first != end || last < first) damaged(file_, "its tensors overlap or leave holes");
    end = last;
  }
  if (end > data_bytes)
    damaged(file_, fmt::format("it is cut short, {} of {} bytes of numbers are there", data_bytes, end));
  if (end < data_bytes) damaged(file_, fmt::format("{} bytes too many stand at its end", data_bytes - end));
  for (auto& [name, entry] : entries_) {
    const auto sums = metadata_.find(block_sums_key + name);
    if (sums == metadata_.end()) continue;
    entry.sums = sums->second;
    if (entry.sums.size() != digits_of_sums(entry.bytes()))
      damaged(file_, fmt::format("the tensor {} has sums for another number of bytes", name));
  }
}

TensorShape SafetensorsReader::shape_of(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) damaged(file_, fmt::format("the tensor {} is missing", name));
  return found->second.shape;
}

SafetensorsReader::Entry& SafetensorsReader::entry_of(const std::string& name, const std::string& dtype) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) damaged(file_, fmt::format("the tensor {} is missing", name));
  Entry& entry = found->second;
  if (entry.dtype != dtype) damaged(file_, fmt::format("the tensor {} is {}, not {}", name, entry.dtype, dtype));
  entry.was_read = true;
  return entry;
}

void SafetensorsReader::require_shape(const std::string& name, const Entry& entry, const TensorShape& wanted) const {
  if (entry.shape == wanted) return;
  damaged(file_, fmt::format("the tensor {} has the shape [{}] and should have [{}]", name, fmt::join(entry.shape, ", "),
                             fmt::join(wanted, ", ")));
}

void SafetensorsReader::require_finite(const std::string& name, const TensorShape& shape, std::int64_t first, const float* values,
                                       std::int64_t count) const {
  const std::int64_t bad = first_not_finite(values, count);
  if (bad < count)
    damaged(file_, fmt::format("the tensor {} holds a value that is not a finite number (row {})", name, (first + bad) / width_of(shape)));
}

void SafetensorsReader::require_bytes(const std::string& name, const Entry& entry) const {
  if (entry.bytes() == static_cast<std::uint64_t>(rows_of(entry.shape)) * static_cast<std::uint64_t>(width_of(entry.shape)) * sizeof(float))
    return;
  damaged(file_, fmt::format("the tensor {} has the shape [{}], but {} bytes", name, fmt::join(entry.shape, ", "), entry.bytes()));
}

bool SafetensorsReader::can_read_in_parts() const { return !metadata_.contains(whole_sum_key); }

void SafetensorsReader::read(const TensorTarget& target) {
  const Entry& entry = entry_of(target.name, "F32");
  require_shape(target.name, entry, target.shape);
  fill(target, entry, 0);
}

void SafetensorsReader::read_rows(const TensorTarget& target, std::int64_t first_row) {
  const Entry& entry = entry_of(target.name, "F32");
  if (width_of(entry.shape) != width_of(target.shape) || first_row < 0 ||
      first_row + rows_of(target.shape) > rows_of(entry.shape)) {
    damaged(file_, fmt::format("the tensor {} has the shape [{}] and should hold [{}] from row {} on", target.name,
                               fmt::join(entry.shape, ", "), fmt::join(target.shape, ", "), first_row));
  }
  fill(target, entry, first_row);
}

std::string SafetensorsReader::read_bytes(const std::string& name, const std::string& dtype) {
  const Entry& entry = entry_of(name, dtype);
  const std::uint64_t one = dtype == "I64" ? 8 : dtype == "I32" ? 4 : 1, bytes = entry.bytes();
  if (entry.shape.size() != 1 || static_cast<std::uint64_t>(entry.shape[0]) * one != bytes)
    damaged(file_, fmt::format("the tensor {} has the shape [{}], but {} bytes", name, fmt::join(entry.shape, ", "), bytes));
  begin_verification();
  std::string all(bytes, '\0');
  for (std::uint64_t at = 0; at < bytes; at += sum_block_bytes) read_block(name, entry, at / sum_block_bytes, all.data() + at);
  verify_checksum();
  return all;
}

/// Rows of one tensor on their way into memory.
struct SafetensorsReader::Rows {
  const TensorTarget& target;
  const Entry& entry;
  std::int64_t first_row;
  std::uint64_t begin, end;  ///< their bytes in the tensor
};

void SafetensorsReader::read_block(const std::string& name, const Entry& entry, std::uint64_t block, char* to) const {
  const std::uint64_t bytes = entry.bytes_of(block);
  if (!bytes_.read(data_start_ + entry.begin + block * sum_block_bytes, to, bytes))
    damaged(file_, fmt::format("the tensor {} cannot be read to its end", name));
  if (!entry.sums.empty() && entry.sums.compare(block * 16, 16, block_sum({to, bytes})) != 0)
    damaged(file_, "its numbers are not those that were written");
}

/// Takes one block after another until none is left; as many threads as there are may do so.
void SafetensorsReader::fill_blocks(const Rows& rows, std::atomic<std::uint64_t>& next, std::uint64_t end) const {
  const std::int64_t width = width_of(rows.target.shape);
  std::vector<float> numbers;
  for (std::uint64_t block; (block = next.fetch_add(1)) < end;) {
    const std::uint64_t at = block * sum_block_bytes, bytes = rows.entry.bytes_of(block);
    numbers.resize(bytes / sizeof(float));
    read_block(rows.target.name, rows.entry, block, reinterpret_cast<char*>(numbers.data()));
    const std::uint64_t from = std::max(rows.begin, at), to = std::min(rows.end, at + bytes);
    const float* values = numbers.data() + (from - at) / sizeof(float);
    const auto first = static_cast<std::int64_t>((from - rows.begin) / sizeof(float));
    const auto count = static_cast<std::int64_t>((to - from) / sizeof(float));
    require_finite(rows.target.name, rows.target.shape, rows.first_row * width + first, values, count);
    for (std::int64_t done = 0, part; done < count; done += part) {  // a block begins and ends anywhere in a row
      const std::int64_t row = (first + done) / width, column = (first + done) % width;
      part = std::min(width - column, count - done);
      std::copy_n(values + done, part, rows.target.values + row * rows.target.stride + column);
    }
  }
}

void SafetensorsReader::fill(const TensorTarget& target, const Entry& entry, std::int64_t first_row) {
  const auto rows = static_cast<std::uint64_t>(rows_of(target.shape)), width = static_cast<std::uint64_t>(width_of(target.shape));
  begin_verification();
  require_bytes(target.name, entry);
  const std::uint64_t begin = static_cast<std::uint64_t>(first_row) * width * sizeof(float), end = begin + rows * width * sizeof(float);
  const Rows wanted{target, entry, first_row, begin, end};
  if (begin < end) {
    const std::uint64_t last = (end - 1) / sum_block_bytes + 1;
    std::atomic<std::uint64_t> next = begin / sum_block_bytes;
    constexpr std::uint64_t blocks_worth_a_thread = 8;
    const auto threads = std::min(static_cast<std::uint64_t>(available_threads()), (last - next) / blocks_worth_a_thread);
    std::vector<std::future<void>> others;
    for (std::uint64_t i = 1; i < threads; ++i)
      others.push_back(std::async(std::launch::async, [&] { fill_blocks(wanted, next, last); }));
    fill_blocks(wanted, next, last);
    for (auto& other : others) other.get();
  }
  verify_checksum();
}

void SafetensorsReader::begin_verification() {
  if (was_verified_ || sum_.valid() || !metadata_.contains(whole_sum_key)) return;
  sum_ = std::async(std::launch::async, [file = file_, start = data_start_] {  // the reader may move meanwhile
    const PositionedFile bytes(file);
    Sha256 sha256;
    std::vector<char> piece;
    for (std::uint64_t at = start; at < bytes.size(); at += piece.size()) {
      piece.resize(std::min(sum_block_bytes, bytes.size() - at));
      if (!bytes.read(at, piece.data(), piece.size())) break;
      sha256.add({piece.data(), piece.size()});
    }
    return sha256.hex();
  });
}

void SafetensorsReader::verify_checksum() {
  if (was_verified_ || !metadata_.contains(whole_sum_key)) return;
  was_verified_ = true;
  if (sum_.get() != metadata_.at(whole_sum_key)) damaged(file_, "its numbers are not those that were written");
}

void SafetensorsReader::expect_all_read() const {
  for (const auto& [name, entry] : entries_) {
    if (!entry.was_read) damaged(file_, fmt::format("it holds a tensor {} that config.json does not speak of", name));
  }
}

}  // namespace encore
