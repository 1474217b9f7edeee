// A file of what one process of a cluster wrote, as such: whose it is, and which items its rows are. Not what is in it
// (part_file.h, models/model_parts.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/checked_json.h"
#include "model/model.h"
#include "network/autoencoder.h"

namespace encore {

/// A part that has been opened: its metadata as JSON, and the items of its rows.
struct OpenPart {
  /// Throws UserError naming the file when it is no part of this format, or damaged.
  OpenPart(const std::filesystem::path& path, const char* format);
  std::filesystem::path file;
  SafetensorsReader reader;
  CheckedJson head;
  ItemRange range;
  int process = 0;
};

/// By process. Throws UserError for no parts at all.
std::vector<OpenPart> open_parts(const std::vector<std::filesystem::path>& files, const char* format);

/// Writes aside and renames. Throws UserError naming the path when it cannot be written.
void write_part(const std::filesystem::path& path, const char* format, const CheckedJson& head,
                const std::vector<ModelTensor<const float>>& tensors);

[[noreturn]] void damaged_part(const std::filesystem::path& file, const std::string& why);

}  // namespace encore
