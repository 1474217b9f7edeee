// Lists, in the order of names; patterns by fnmatch(3), name by name.
#include "preparation/source_files.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

struct Entry {
  fs::path path, within;
  std::optional<FilePlace> member;  ///< of an archive
};

bool is_hidden(const fs::path& name) { return name.string().starts_with('.') || name.string().starts_with('_'); }

/// All files of a folder and those below it, or of an archive.
std::vector<Entry> entries_of(const fs::path& source, const Reading& reading) {
  std::vector<Entry> entries;
  if (!fs::is_directory(source)) {
    for (FilePlace& place : members_of(source, reading.encoding))
      entries.push_back({place.path, fs::path(place.member), std::move(place)});
    return entries;
  }
  for (auto at = fs::recursive_directory_iterator(source); at != fs::recursive_directory_iterator(); ++at) {
    if (is_hidden(at->path().filename())) {
      at.disable_recursion_pending();
      continue;
    }
    if (at->is_regular_file()) entries.push_back({at->path(), at->path().lexically_relative(source), {}});
  }
  std::ranges::sort(entries, {}, &Entry::within);
  return entries;
}

/// Names of a path against names of a pattern; ** stands for any number of folders.
bool fits(fs::path::iterator name, const fs::path& path, fs::path::iterator pattern, const fs::path& patterns) {
  if (pattern == patterns.end()) return name == path.end();
  if (*pattern == "**") {
    for (auto next = std::next(pattern);; ++name) {
      if (fits(name, path, next, patterns)) return true;
      if (name == path.end()) return false;
    }
  }
  if (name == path.end() || fnmatch(pattern->c_str(), name->c_str(), 0) != 0) return false;
  return fits(std::next(name), path, std::next(pattern), patterns);
}

int value_of_hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Names of such folders write what a path cannot hold as %3A.
std::string unescaped(const std::string& text) {
  if (text == "__HIVE_DEFAULT_PARTITION__") return {};
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '%' && at + 2 < text.size() && value_of_hex(text[at + 1]) >= 0 && value_of_hex(text[at + 2]) >= 0;
    plain += escape ? static_cast<char>(16 * value_of_hex(text[at + 1]) + value_of_hex(text[at + 2])) : text[at];
    at += escape ? 2 : 0;
  }
  return plain;
}

/// What the folders of a file say: (column, value).
std::vector<std::pair<std::string, std::string>> partition_of(const fs::path& within) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const fs::path& name : within.parent_path()) {
    const std::string text = name.string();
    const std::size_t sign = text.find('=');
    if (sign != std::string::npos && sign > 0) found.emplace_back(unescaped(text.substr(0, sign)), unescaped(text.substr(sign + 1)));
  }
  return found;
}

/// Without a pattern: whether these files are one table.
bool are_parts(const std::vector<Entry>& entries) {
  if (entries.empty()) return false;
  const auto in_partition = [](const Entry& entry) { return !partition_of(entry.within).empty(); };
  const auto is_part = [](const Entry& entry) {
    return !entry.within.has_parent_path() && entry.within.string().starts_with("part-");
  };
  return std::ranges::all_of(entries, in_partition) || std::ranges::all_of(entries, is_part);
}

TableParts table_of(const std::vector<Entry>& entries, const fs::path& source, const Reading& reading) {
  TableParts table;
  for (const Entry& entry : entries) {
    std::vector<std::string> columns, values;
    for (auto& [column, value] : partition_of(entry.within)) columns.push_back(column), values.push_back(value);
    if (table.parts.empty()) table.partition_columns = columns;
    if (columns != table.partition_columns)
      throw UserError(fmt::format("the folders of {} and {} in {} say different columns; choose files with --glob",
                                  entries.front().within.string(), entry.within.string(), source.string()));
    FilePlace place = entry.member ? *entry.member : place_of(entry.path, reading.spool_folder, reading.encoding);
    if (entry.member) find_encoding(place, reading.encoding);
    table.parts.push_back({std::move(place), std::move(values)});
  }
  return table;
}

}  // namespace

void require_outside(const std::string& output, const std::vector<std::string>& paths) {
  std::error_code none_there;
  const fs::path folder = fs::canonical(output, none_there);
  if (none_there) return;  // nothing is replaced
  for (const std::string& path : paths) {
    const fs::path file = fs::weakly_canonical(path, none_there);
    const auto [end_of_folder, end_of_file] = std::ranges::mismatch(folder, file);
    if (!none_there && end_of_folder == folder.end())
      throw UserError(fmt::format("{} lies in {}, which the dataset would replace; choose another --output", path, output));
  }
}

bool holds_files(const fs::path& source) { return fs::is_directory(source) || is_archive_of_several(source); }

std::vector<FilePlace> files_in(const fs::path& source, const Reading& reading) {
  if (!fs::is_directory(source)) return members_of(source, reading.encoding);
  std::vector<FilePlace> places;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(source))
    if (entry.is_regular_file() && !is_hidden(entry.path().filename())) paths.push_back(entry.path());
  std::ranges::sort(paths);
  for (const fs::path& path : paths) places.push_back({.path = path, .opened = path});
  return places;
}

std::optional<TableParts> parts_in(const fs::path& source, const std::optional<std::string>& pattern, const Reading& reading) {
  std::vector<Entry> entries = entries_of(source, reading);
  if (pattern) {
    const fs::path patterns = *pattern;
    std::erase_if(entries, [&](const Entry& entry) { return !fits(entry.within.begin(), entry.within, patterns.begin(), patterns); });
    if (entries.empty()) throw UserError(fmt::format("--glob {}: no file in {} fits", *pattern, source.string()));
  } else if (!are_parts(entries)) {
    return std::nullopt;
  }
  return table_of(entries, source, reading);
}

TableParts parts_of(const std::vector<std::string>& files, const Reading& reading) {
  TableParts table;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!fs::exists(files[i])) throw UserError(fmt::format("{}: there is no such file", files[i]));
    for (std::size_t j = 0; j < i; ++j)
      if (fs::weakly_canonical(files[i]) == fs::weakly_canonical(files[j]))
        throw UserError(fmt::format("{} is named twice; its rows would count twice", files[i]));
    table.parts.push_back({place_of(files[i], reading.spool_folder, reading.encoding)});
  }
  return table;
}

}  // namespace encore
