// Where the bytes of one file of a table are and how they are packed: found out from the bytes, never from the name. Not what the table
// looks like (table_file.h).
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "preparation/spool.h"
#include "table_text/encoding.h"

namespace encore {

enum class Packing : std::uint8_t { none, gzip, bzip2, xz, zstd, zip };

struct FilePlace {
  std::filesystem::path path;    ///< as its user knows it; within a zip archive the archive's path and the member's
  std::filesystem::path opened;  ///< what is opened
  std::string member;            ///< of a zip archive
  Packing packing = Packing::none;
  Encoding encoding = Encoding::utf8;
  std::shared_ptr<const Spool> spool;  ///< keeps what a pipe gave
};

/// The place of a file or a pipe, which is copied into `spool_folder`. Of a zip archive it is the only member; several need members_of.
/// `encoding`: as the user says; nothing: by the text's beginning. Throws UserError when the file is missing, unreadable or empty, or
/// is no archive of a single table.
FilePlace place_of(const std::filesystem::path& path, const std::filesystem::path& spool_folder, std::optional<Encoding> encoding = {});

/// Whether the path names a zip archive that holds several files.
bool is_archive_of_several(const std::filesystem::path& path);

/// The files in a zip archive, by name; what systems add for themselves (__MACOSX, names with a dot in front) left out.
std::vector<FilePlace> members_of(const std::filesystem::path& archive, std::optional<Encoding> encoding = {});

/// Sets the encoding that the beginning of the text shows, unless the user has said one.
void find_encoding(FilePlace& place, std::optional<Encoding> encoding);

/// The first bytes as they lie on the disk.
std::string raw_beginning(const FilePlace& place, std::size_t size);

}  // namespace encore
