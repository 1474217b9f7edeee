// sha256sums.txt: what the bytes of a folder's files were when it was written, so that a flipped bit is found however
// plausible the number that it makes. The format is that of coreutils, whose `sha256sum -c` checks it, too. Not the
// sums that weights and checkpoints carry (model/safetensors.h), nor a dataset's fingerprint (dataset/fingerprint.h).
#pragma once
#include <filesystem>
#include <initializer_list>
#include <istream>
#include <map>
#include <string>

namespace encore {

/// What a list says: 64 hex digits by the name of a file, seen from the folder. Throws UserError, naming `list` and the
/// line, when it is damaged.
std::map<std::string, std::string> read_checksums(std::istream& text, const std::filesystem::path& list);

/// 64 hex digits of a file's bytes. Throws UserError when it cannot be read.
std::string file_checksum(const std::filesystem::path& file);

/// Lists every file of `folder`, and the parts in its folders NAME.parquet; `known`: sums by names, which are taken as they are. Throws
/// UserError when it cannot be written.
void write_checksums(const std::filesystem::path& folder, const std::map<std::string, std::string>& known = {});

/// Compares files of `folder`, or folders of parts, with the list. A folder without the list is not checked: another
/// program wrote it, or somebody who changed it has deleted the list. Throws UserError for bytes that are others, and
/// for a list that is damaged or does not name a file.
void require_checksums(const std::filesystem::path& folder, std::initializer_list<const char*> names);

/// The same of one file whose sum is known already.
void require_checksum(const std::filesystem::path& folder, const std::string& name, const std::string& sum);

/// The same for every file that the list names, all of which must be there: for whoever is about to write a new list over them.
void require_all_checksums(const std::filesystem::path& folder);

}  // namespace encore
