// First bytes, and the list of an archive.
#include "preparation/file_place.h"

#include <fmt/format.h>

#include <algorithm>

#include "preparation/byte_stream.h"
#include "preparation/unpacking.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t signature_bytes = 16;

bool is_of_the_system(const std::string& name) {
  return name.ends_with('/') || name.starts_with("__MACOSX/") || fs::path(name).filename().string().starts_with('.');
}

}  // namespace

void find_encoding(FilePlace& place, std::optional<Encoding> encoding) {
  if (encoding) {
    place.encoding = *encoding;
    return;
  }
  std::string begin(256, '\0');
  begin.resize(ByteStream(place).read(begin.data(), begin.size()));
  place.encoding = encoding_at(begin);
}

std::string raw_beginning(const FilePlace& place, std::size_t size) {
  FilePlace raw = place;
  raw.packing = Packing::none, raw.encoding = Encoding::utf8;
  std::string bytes(size, '\0');
  bytes.resize(ByteStream(raw).read(bytes.data(), size));
  return bytes;
}

bool is_archive_of_several(const fs::path& path) {
  if (!fs::is_regular_file(path)) return false;
  return packing_of(raw_beginning({.path = path, .opened = path}, signature_bytes)) == Packing::zip && members_of(path).size() > 1;
}

std::vector<FilePlace> members_of(const fs::path& archive, std::optional<Encoding> encoding) {
  std::vector<std::string> names = names_in_zip(archive);
  std::erase_if(names, is_of_the_system);
  std::ranges::sort(names);
  if (std::ranges::find(names, "[Content_Types].xml") != names.end())
    throw UserError(fmt::format("{} is a document of an office program; save the table as CSV or Parquet first", archive.string()));
  std::vector<FilePlace> places;
  for (const std::string& name : names) {
    places.push_back({.path = archive / name, .opened = archive, .member = name, .packing = Packing::zip});
    if (encoding) places.back().encoding = *encoding;
  }
  return places;
}

FilePlace place_of(const fs::path& path, const fs::path& spool_folder, std::optional<Encoding> encoding) {
  if (fs::is_directory(path)) throw UserError(fmt::format("{} is a folder, not a file", path.string()));
  FilePlace place{.path = path, .opened = path};
  place.spool = spool_pipe(path, spool_folder);
  if (place.spool) place.opened = place.spool->path();
  const std::string begin = raw_beginning(place, signature_bytes);
  if (begin.empty()) throw UserError(fmt::format("{} is empty", path.string()));
  place.packing = packing_of(begin);
  if (place.packing == Packing::zip) {
    const auto members = members_of(place.opened);
    if (members.size() != 1)
      throw UserError(fmt::format("{} is a zip archive of {} files; it must hold the table alone, or be SOURCE itself", path.string(),
                                  members.size()));
    place.member = members.front().member;
  }
  find_encoding(place, encoding);
  return place;
}

}  // namespace encore
