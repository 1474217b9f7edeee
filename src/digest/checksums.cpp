// The sums of files, line by line.
#include "digest/checksums.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "digest/sha256.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

constexpr const char* list_name = "sha256sums.txt";
constexpr std::size_t sum_digits = 64;

/// The file itself, or the parts of a folder in order. Hidden names and those without an ending are no data (Spark's
/// .part.crc, _SUCCESS).
std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> parts;
  for (const auto& entry : fs::directory_iterator(path))
    if (entry.path().extension() == ".parquet") parts.push_back(entry.path());
  std::ranges::sort(parts);
  return parts;
}

[[noreturn]] void other_bytes(const fs::path& file) {
  throw UserError(
      fmt::format("{} is not as it was written: its bytes have another sum than in {}; copy the folder again, or "
                  "delete {} when you have changed the file yourself",
                  file.string(), list_name, list_name));
}

/// Nothing where the folder has no list.
std::optional<std::map<std::string, std::string>> listed(const fs::path& folder) {
  const fs::path list = folder / list_name;
  if (!fs::exists(list)) return std::nullopt;
  std::ifstream text(list, std::ios::binary);
  return read_checksums(text, list);
}

void require_listed(const std::map<std::string, std::string>& sums, const fs::path& folder, const fs::path& file, const std::string& sum) {
  const auto found = sums.find(file.lexically_relative(folder).string());
  if (found == sums.end())
    throw UserError(fmt::format("{} is damaged: it does not name {}; copy the folder again", (folder / list_name).string(), file.string()));
  if (found->second != sum) other_bytes(file);
}

}  // namespace

std::string file_checksum(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  Sha256 sum;
  std::vector<char> bytes(1 << 18);
  while (in) {
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    sum.add({bytes.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) throw UserError(fmt::format("{} cannot be read", file.string()));
  return sum.hex();
}

std::map<std::string, std::string> read_checksums(std::istream& text, const fs::path& list) {
  std::map<std::string, std::string> sums;
  int number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    const bool whole = line.size() > sum_digits + 2 && line.compare(sum_digits, 2, "  ") == 0;
    if (!whole) throw UserError(fmt::format("{} is damaged at line {}; copy the folder again", list.string(), number));
    sums[line.substr(sum_digits + 2)] = line.substr(0, sum_digits);
  }
  return sums;
}

void write_checksums(const fs::path& folder, const std::map<std::string, std::string>& known) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() && entry.path().extension() != ".parquet") continue;
    std::ranges::copy(files_of(entry.path()), std::back_inserter(files));
  }
  std::ranges::sort(files);
  std::string text;
  for (const fs::path& file : files) {
    const std::string name = file.lexically_relative(folder).string();
    const auto sum = known.find(name);
    text += fmt::format("{}  {}\n", sum != known.end() ? sum->second : file_checksum(file), name);
  }
  write_staged(folder / list_name, text);
}

void require_checksums(const fs::path& folder, std::initializer_list<const char*> names) {
  const auto sums = listed(folder);
  if (!sums) return;
  for (const char* name : names)
    for (const fs::path& file : files_of(folder / name)) require_listed(*sums, folder, file, file_checksum(file));
}

void require_checksum(const fs::path& folder, const std::string& name, const std::string& sum) {
  if (const auto sums = listed(folder)) require_listed(*sums, folder, folder / name, sum);
}

void require_all_checksums(const fs::path& folder) {
  const fs::path list = folder / list_name;
  const auto sums = listed(folder);
  if (!sums) return;
  for (const auto& [name, sum] : *sums) {
    const fs::path file = folder / name;
    if (!fs::exists(file))
      throw UserError(fmt::format("{} is missing, though {} names it; copy the folder again, or delete {} when you have deleted the file "
                                  "yourself",
                                  file.string(), list_name, list_name));
    if (sum != file_checksum(file)) other_bytes(file);
  }
}

}  // namespace encore
