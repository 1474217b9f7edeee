// Safetensors with a head in the metadata.
#include "training/open_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

using Json = CheckedJson;
constexpr int part_version = 1;

}  // namespace

void damaged_part(const std::filesystem::path& file, const std::string& why) {
  throw UserError(fmt::format("{} is damaged ({}); train anew without it", file.string(), why));
}

OpenPart::OpenPart(const std::filesystem::path& path, const char* format) : file(path), reader(path) {
    try {
      const auto& metadata = reader.metadata();
      if (metadata.at("format") != format || metadata.at("version") != std::to_string(part_version))
        throw UserError(fmt::format("{} is no part of a training that this program can read", path.string()));
      head = Json::parse(metadata.at("head"));
      range = {head.at("first_item"), head.at("last_item")};
      process = head.at("process");
      if (range.first < 0 || range.last < range.first || range.last > std::numeric_limits<std::int32_t>::max())
        damaged_part(path, "its items are none that a model can have");
    } catch (const std::out_of_range&) {
      throw UserError(fmt::format("{} is no part of a training", path.string()));
    } catch (const nlohmann::json::exception& error) {
      damaged_part(path, error.what());
    }
  }

std::vector<OpenPart> open_parts(const std::vector<std::filesystem::path>& files, const char* format) {
  std::vector<OpenPart> parts;
  parts.reserve(files.size());
  for (const auto& file : files) parts.emplace_back(file, format);
  if (parts.empty()) throw UserError("a training cannot be put together from no parts at all");
  std::sort(parts.begin(), parts.end(), [](const OpenPart& a, const OpenPart& b) { return a.process < b.process; });
  return parts;
}

void write_part(const std::filesystem::path& path, const char* format, const Json& head,
                const std::vector<ModelTensor<const float>>& tensors) {
  std::vector<TensorView> views;
  views.reserve(tensors.size());
  for (const auto& one : tensors) views.push_back(one.tensor);
  StagedFile staged(path);
  write_safetensors(staged.path(), views,
                    {{"format", format}, {"version", std::to_string(part_version)}, {"head", head.dump()}});
  staged.commit();
}

}  // namespace encore
