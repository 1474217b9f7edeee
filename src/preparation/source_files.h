// Which files a SOURCE stands for: what lies in a folder or a zip archive, and which of it are parts of one table. Not what they hold.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>
#include "preparation/table_file.h"

namespace encore {

/// Files that are one table, by name.
struct TableParts {
  std::vector<TablePart> parts;
  std::vector<std::string> partition_columns;  ///< of folders such as country=DE
};

/// Whether SOURCE holds several files: a folder, or a zip archive of several.
bool holds_files(const std::filesystem::path& source);

/// The files in a folder (not below it), or in an archive; hidden ones, which begin with "." or "_", left out.
std::vector<FilePlace> files_in(const std::filesystem::path& source, const Reading& reading);

/// The files of a folder or an archive that are one table: those whose path within it fits `pattern` (* ? [ ] within a name, ** for any
/// folders); without a pattern, when all are called part-… as Spark and others write them, or lie in folders such as country=DE.
/// Throws UserError when none fits, or when the folders of some say other columns than those of others.
std::optional<TableParts> parts_in(const std::filesystem::path& source, const std::optional<std::string>& pattern,
                                   const Reading& reading);

/// Throws UserError that names the file of `paths` that is the folder `output`, which a dataset would replace, or lies in it.
void require_outside(const std::string& output, const std::vector<std::string>& paths);

/// Several files as one table. Throws UserError when one is named twice or is a folder.
TableParts parts_of(const std::vector<std::string>& files, const Reading& reading);

}  // namespace encore
