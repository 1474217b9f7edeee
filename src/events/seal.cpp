// From text to Parquet, by DuckDB, in the order of the events.
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include "database/database.h"
#include "digest/checksums.h"
#include "events/event_files.h"
#include "events/event_rows.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

/// The lines of one file, which were checked when they were read, and are again here.
std::shared_ptr<EventRows> rows_of(const fs::path& file) {
  auto in = std::make_shared<std::ifstream>(file, std::ios::binary);
  std::string header;
  std::getline(*in, header);
  return std::make_shared<EventRows>([in, file, number = 1]() mutable -> std::optional<Event> {
    std::string line;
    if (!std::getline(*in, line)) return std::nullopt;
    ++number;
    auto event = parse_event_line(line);
    if (!event) throw UserError(fmt::format("{}, line {}: these are not the bytes that were written", file.string(), number));
    return event;
  });
}

/// The list with one file's sum put in.
void list_sum(const fs::path& folder, const fs::path& file) {
  const fs::path list = folder / "sha256sums.txt";
  std::map<std::string, std::string> sums;
  if (std::ifstream in(list, std::ios::binary); in) sums = read_checksums(in, list);
  sums[file.filename().string()] = file_checksum(file);
  std::string text;
  for (const auto& [name, sum] : sums) text += fmt::format("{}  {}\n", sum, name);
  write_file_whole(list, text);
}

}  // namespace

void seal_log_file(const fs::path& folder, std::int64_t number) {
  const fs::path text = log_file(folder, number, false), sealed = log_file(folder, number, true);
  StagedFile staged(sealed);
  try {
    Database database({.memory_bytes = 256'000'000, .threads = 1});
    database.add_rows("event_lines", rows_of(text));
    database.run(fmt::format("COPY (SELECT * FROM event_lines() ORDER BY seq) TO {} (FORMAT parquet, COMPRESSION zstd, "
                             "USE_TMP_FILE false)", sql_literal(staged.path().string())));
  } catch (const SqlError& error) {
    const std::string what = error.what();
    throw UserError(fmt::format("{} cannot be sealed as {}: {}", text.string(), sealed.filename().string(),
                                what.substr(0, what.find('\n'))));
  }
  staged.commit();
  list_sum(folder, sealed);
  fs::remove(text);
  sync_to_disk(folder);
}

}  // namespace encore
