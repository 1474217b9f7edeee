// Reads and writes safetensors files; see the header for the layout. Every number read from the file is checked before
// it is used.
#include "model/safetensors.h"
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <nlohmann/json.hpp>
#include "dataset/checked_json.h"
#include "digest/sha256.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors are little-endian, and so is every machine that we support");

constexpr std::uint64_t longest_header = 100'000'000;  // the limit of the reference implementation

std::int64_t width_of(const TensorShape& shape) { return shape.back(); }
std::int64_t rows_of(const TensorShape& shape) { return shape.size() == 1 ? 1 : shape.front(); }

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& what) {
  throw UserError(fmt::format("{} is damaged: {}; copy the model again or train it again", file.string(), what));
}

bool all_finite(const float* values, std::int64_t count) {
  // A float is infinite or not a number exactly when all bits of its exponent are set; the test on bits vectorises.
  constexpr std::uint32_t exponent = 0x7f800000u;
  std::uint32_t worst = 0;
  for (std::int64_t i = 0; i < count; ++i)
    worst |= std::uint32_t{(std::bit_cast<std::uint32_t>(values[i]) & exponent) == exponent};
  return worst == 0;
}

std::string header_of(const std::vector<TensorView>& tensors, const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  std::uint64_t offset = 0;
  for (const auto& tensor : tensors) {
    const auto bytes = static_cast<std::uint64_t>(rows_of(tensor.shape) * width_of(tensor.shape)) * sizeof(float);
    header[tensor.name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

constexpr const char *checksum_key = "sha256", *metadata_checksum_key = "metadata_sha256";

/// Of everything else that the metadata says, in the order of its names.
std::string checksum_of(std::map<std::string, std::string> metadata) {
  metadata.erase(metadata_checksum_key);
  Sha256 sha256;
  sha256.add(nlohmann::json(metadata).dump());
  return sha256.hex();
}

/// Of the numbers as they stand in the file. Refuses those that no reader would take: a file that was there stays.
std::string checksum_of(const std::vector<TensorView>& tensors, const std::filesystem::path& file) {
  Sha256 sha256;
  for (const auto& tensor : tensors) {
    const std::int64_t width = width_of(tensor.shape);
    for (std::int64_t row = 0; row < rows_of(tensor.shape); ++row) {
      const float* values = tensor.values + row * tensor.stride;
      if (!all_finite(values, width)) {
        throw UserError(
            fmt::format("the weights are no longer finite numbers ({}, row {}), so '{}' was not written; train with a "
                        "lower --learning-rate",
                        tensor.name, row, final_names(file).string()));
      }
      sha256.add({reinterpret_cast<const char*>(values), static_cast<std::size_t>(width) * sizeof(float)});
    }
  }
  return sha256.hex();
}

}  // namespace

void write_safetensors(const std::filesystem::path& file, const std::vector<TensorView>& tensors,
                       std::map<std::string, std::string> metadata) {
  metadata[checksum_key] = checksum_of(tensors, file);
  metadata[metadata_checksum_key] = checksum_of(metadata);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  const std::string header = header_of(tensors, metadata);
  const std::uint64_t length = header.size();
  out.write(reinterpret_cast<const char*>(&length), sizeof length);
  out.write(header.data(), static_cast<std::streamsize>(length));
  for (const auto& tensor : tensors) {
    const auto row_bytes =
        static_cast<std::streamsize>(width_of(tensor.shape)) * static_cast<std::streamsize>(sizeof(float));
    for (std::int64_t row = 0; row < rows_of(tensor.shape); ++row) {
      out.write(reinterpret_cast<const char*>(tensor.values + row * tensor.stride), row_bytes);
    }
  }
  out.flush();
  if (!out) throw cannot_write(file, errno);
}

SafetensorsReader::SafetensorsReader(std::filesystem::path file)
    : file_(std::move(file)), stream_(file_, std::ios::binary) {
  if (!stream_) throw UserError(fmt::format("{} cannot be opened: {}", file_.string(), std::strerror(errno)));
  const std::uint64_t size = std::filesystem::file_size(file_);
  std::uint64_t length = 0;
  if (size < sizeof length) damaged(file_, fmt::format("it has only {} bytes", size));
  stream_.read(reinterpret_cast<char*>(&length), sizeof length);
  if (length > longest_header || length > size - sizeof length) damaged(file_, "its header is longer than the file");
  std::string text(length, '\0');
  stream_.read(text.data(), static_cast<std::streamsize>(length));
  if (!stream_) damaged(file_, "its header cannot be read");
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
                  value.at("data_offsets").at(1).get<std::uint64_t>()};
      for (const std::int64_t size : entry.shape)
        if (size < 0 || size > std::numeric_limits<std::int32_t>::max()) entry.shape.clear();
      if (entry.shape.empty() || entry.shape.size() > 2)
        damaged(file_, fmt::format("the tensor {} has a shape that no layer has", name));
      entries_.emplace(name, std::move(entry));
    }
  } catch (const nlohmann::json::exception&) {
    damaged(file_, "its header is not the JSON of a safetensors file");
  }
  const auto said = metadata_.find(metadata_checksum_key);
  if (said != metadata_.end() && said->second != checksum_of(metadata_))
    damaged(file_, "its metadata is not what was written");
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
}

TensorShape SafetensorsReader::shape_of(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) damaged(file_, fmt::format("the tensor {} is missing", name));
  return found->second.shape;
}

SafetensorsReader::Entry& SafetensorsReader::entry_of(const std::string& name) {
  const auto found = entries_.find(name);
  if (found == entries_.end()) damaged(file_, fmt::format("the tensor {} is missing", name));
  Entry& entry = found->second;
  if (entry.dtype != "F32") damaged(file_, fmt::format("the tensor {} is {}, not F32", name, entry.dtype));
  entry.was_read = true;
  return entry;
}

void SafetensorsReader::read(const TensorTarget& target) {
  const Entry& entry = entry_of(target.name);
  if (entry.shape != target.shape) {
    damaged(file_, fmt::format("the tensor {} has the shape [{}] and should have [{}]", target.name,
                               fmt::join(entry.shape, ", "), fmt::join(target.shape, ", ")));
  }
  fill(target, entry, 0);
}

void SafetensorsReader::read_rows(const TensorTarget& target, std::int64_t first_row) {
  const Entry& entry = entry_of(target.name);
  if (width_of(entry.shape) != width_of(target.shape) || first_row < 0 ||
      first_row + rows_of(target.shape) > rows_of(entry.shape)) {
    damaged(file_, fmt::format("the tensor {} has the shape [{}] and should hold [{}] from row {} on", target.name,
                               fmt::join(entry.shape, ", "), fmt::join(target.shape, ", "), first_row));
  }
  fill(target, entry, first_row);
}

void SafetensorsReader::fill(const TensorTarget& target, const Entry& entry, std::int64_t first_row) {
  const std::int64_t rows = rows_of(target.shape), width = width_of(target.shape);
  begin_verification();
  if (entry.end - entry.begin !=
      static_cast<std::uint64_t>(rows_of(entry.shape) * width_of(entry.shape)) * sizeof(float)) {
    damaged(file_, fmt::format("the tensor {} has the shape [{}] and should have [{}], but {} bytes", target.name,
                               fmt::join(entry.shape, ", "), fmt::join(target.shape, ", "), entry.end - entry.begin));
  }
  const auto row_bytes = static_cast<std::uint64_t>(width) * sizeof(float);
  stream_.seekg(
      static_cast<std::streamoff>(data_start_ + entry.begin + static_cast<std::uint64_t>(first_row) * row_bytes));
  // Many rows by one call of the system: in memory they stand apart, in the file they do not.
  const std::int64_t at_once = std::max<std::int64_t>(1, (std::int64_t{1} << 18) / std::max<std::int64_t>(width, 1));
  std::vector<float> piece(static_cast<std::size_t>(std::min(at_once, rows) * width));
  for (std::int64_t first = 0; first < rows; first += at_once) {
    const std::int64_t count = std::min(at_once, rows - first);
    stream_.read(reinterpret_cast<char*>(piece.data()), static_cast<std::streamsize>(count) * static_cast<std::streamsize>(row_bytes));
    if (!stream_) damaged(file_, fmt::format("the tensor {} cannot be read to its end", target.name));
    for (std::int64_t row = 0; row < count; ++row) {
      const float* from = piece.data() + row * width;
      if (!all_finite(from, width)) {
        damaged(file_, fmt::format("the tensor {} holds a value that is not a finite number (row {})", target.name,
                                   first_row + first + row));
      }
      std::copy_n(from, width, target.values + (first + row) * target.stride);
    }
  }
  verify_checksum();
}

void SafetensorsReader::begin_verification() {
  if (was_verified_ || sum_.valid() || !metadata_.contains(checksum_key)) return;
  sum_ = std::async(std::launch::async, [file = file_, start = data_start_] {
    std::ifstream in(file, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(start));
    Sha256 sha256;
    std::vector<char> piece(1 << 20);
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0)
      sha256.add({piece.data(), static_cast<std::size_t>(in.gcount())});
    return sha256.hex();
  });
}

void SafetensorsReader::verify_checksum() {
  if (was_verified_ || !metadata_.contains(checksum_key)) return;
  was_verified_ = true;
  if (sum_.get() != metadata_.at(checksum_key)) damaged(file_, "its numbers are not those that were written");
}

void SafetensorsReader::expect_all_read() const {
  for (const auto& [name, entry] : entries_) {
    if (!entry.was_read) damaged(file_, fmt::format("it holds a tensor {} that config.json does not speak of", name));
  }
}

}  // namespace encore
