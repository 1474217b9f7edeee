// Writes safetensors files: sums first, because a header with them stands in front of the numbers.
#include <bit>
#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include "digest/block_sums.h"
#include "digest/sha256.h"
#include "model/safetensors.h"
#include "model/safetensors_contents.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors are little-endian, and so is every machine that we support");

std::string_view row_bytes(const TensorView& tensor, std::int64_t row) {
  return {reinterpret_cast<const char*>(tensor.values + row * tensor.stride),
          static_cast<std::size_t>(tensor.shape.back()) * sizeof(float)};
}

/// Refuses numbers that no reader would take: a file that was there stays.
std::string sums_of(const TensorView& tensor, const std::filesystem::path& file) {
  BlockSums sums;
  for (std::int64_t row = 0; row < rows_of(tensor.shape); ++row) {
    if (first_not_finite(tensor.values + row * tensor.stride, tensor.shape.back()) < tensor.shape.back())
      throw UserError(
          fmt::format("the weights are no longer finite numbers ({}, row {}), so '{}' was not written; train with a "
                      "lower --learning-rate",
                      tensor.name, row, final_names(file).string()));
    sums.add(row_bytes(tensor, row));
  }
  return sums.hex();
}

/// Writes the header, one tensor after another, by `write(out, tensor)`.
class Writer {
 public:
  explicit Writer(std::map<std::string, std::string> metadata) : metadata_(std::move(metadata)) {}
  void add(const std::string& name, const std::string& dtype, const TensorShape& shape, std::uint64_t bytes, std::string sums) {
    tensors_.emplace_back(name, nlohmann::ordered_json{{"dtype", dtype}, {"shape", shape}, {"data_offsets", {end_, end_ + bytes}}});
    end_ += bytes;
    metadata_[block_sums_key + name] = std::move(sums);
  }
  void begin(std::ofstream& out) {
    metadata_[metadata_sum_key] = sum_of(metadata_);
    nlohmann::ordered_json header;
    header["__metadata__"] = metadata_;
    for (auto& [name, facts] : tensors_) header[name] = std::move(facts);
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    out.write(reinterpret_cast<const char*>(&length), sizeof length);
    out.write(text.data(), static_cast<std::streamsize>(length));
  }

 private:
  std::map<std::string, std::string> metadata_;
  std::vector<std::pair<std::string, nlohmann::ordered_json>> tensors_;
  std::uint64_t end_ = 0;
};

void put(std::ofstream& out, std::string_view bytes) { out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); }

void finish(std::ofstream& out, const std::filesystem::path& file) {
  out.flush();
  if (!out) throw cannot_write(file, errno);
}

}  // namespace

std::string sum_of(std::map<std::string, std::string> metadata) {
  metadata.erase(metadata_sum_key);
  Sha256 sha256;
  sha256.add(nlohmann::json(metadata).dump());
  return sha256.hex();
}

void write_safetensors(const std::filesystem::path& file, const std::vector<TensorView>& tensors,
                       std::map<std::string, std::string> metadata) {
  Writer writer(std::move(metadata));
  for (const auto& tensor : tensors) {
    const auto numbers = static_cast<std::uint64_t>(rows_of(tensor.shape)) * static_cast<std::uint64_t>(tensor.shape.back());
    writer.add(tensor.name, "F32", tensor.shape, numbers * sizeof(float), sums_of(tensor, file));
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  writer.begin(out);
  for (const auto& tensor : tensors)
    for (std::int64_t row = 0; row < rows_of(tensor.shape); ++row) put(out, row_bytes(tensor, row));
  finish(out, file);
}

void write_safetensors(const std::filesystem::path& file, const std::vector<ByteTensor>& tensors,
                       std::map<std::string, std::string> metadata) {
  Writer writer(std::move(metadata));
  for (const auto& tensor : tensors) {
    BlockSums sums;
    sums.add(tensor.bytes);
    const std::size_t one = tensor.dtype == "I64" ? 8 : tensor.dtype == "I32" ? 4 : 1;
    writer.add(tensor.name, tensor.dtype, {static_cast<std::int64_t>(tensor.bytes.size() / one)}, tensor.bytes.size(), sums.hex());
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  writer.begin(out);
  for (const auto& tensor : tensors) put(out, tensor.bytes);
  finish(out, file);
}

}  // namespace encore
