// Packed files as bytes: the only place that includes zlib, libbz2, liblzma, libzstd and minizip.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include "preparation/byte_stream.h"

namespace encore {

/// By the first bytes of a file.
Packing packing_of(std::string_view beginning);

/// Throws UserError when the file cannot be opened.
std::unique_ptr<ByteSource> open_unpacked(const FilePlace& place);

/// The names of the files in a zip archive, in its order. Throws UserError when it is damaged.
std::vector<std::string> names_in_zip(const std::filesystem::path& archive);

}  // namespace encore
