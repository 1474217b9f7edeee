// Reading both forms of a file, one event after the other.
#include "events/event_files.h"

#include <algorithm>
#include <charconv>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <optional>
#include "database/database.h"
#include "digest/checksums.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

/// Watches that the numbers of events go up one by one.
class Sequence {
 public:
  explicit Sequence(const HearEvent& hear) : hear_(hear) {}
  void hear(const Event& event, const fs::path& file, std::int64_t line) {
    if (event.seq != last + 1) {
      throw UserError(fmt::format("{}, {} {}: this is event {}, but event {} must follow; copy the folder of events again",
                                  file.string(), file.extension() == ".csv" ? "line" : "row", line, event.seq, last + 1));
    }
    last = event.seq;
    hear_(event);
  }
  std::int64_t last = 0;

 private:
  const HearEvent& hear_;
};

void read_sealed(const fs::path& folder, const LogFile& file, Sequence& sequence) {
  const std::string name = file.path.filename().string();
  require_checksums(folder, {name.c_str()});
  try {
    Database database({.memory_bytes = 256'000'000, .threads = 1});
    Rows rows = database.stream(fmt::format("SELECT seq, time, \"user\", item, kind, value, source, id FROM read_parquet({})",
                                            sql_path(file.path)));
    std::int64_t line = 0;
    while (rows.next()) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto kind = event_kind(rows.text(4, row));
        ++line;
        if (!kind) throw UserError(fmt::format("{}, row {}: \"{}\" is no kind of event", file.path.string(), line, rows.text(4, row)));
        std::optional<float> value;
        if (!rows.is_null(5, row)) value = rows.float32(5)[row];
        const auto text = [&](std::size_t column) { return std::string(rows.text(column, row)); };
        sequence.hear({rows.int64(0)[row], rows.int64(1)[row], text(2), text(3), *kind, value, text(6), text(7)}, file.path, line);
      }
    }
  } catch (const SqlError& error) {
    const std::string what = error.what();
    throw UserError(fmt::format("{} is damaged or no file of events ({})", file.path.string(), what.substr(0, what.find('\n'))));
  }
}

[[noreturn]] void damaged(const fs::path& file, std::int64_t line, std::uintmax_t bytes) {
  throw UserError(fmt::format(
      "{}, line {}: these are not the bytes that were written; copy the folder of events again, or cut this line and all behind it "
      "with: truncate -s {} {}",
      file.string(), line, bytes, file.string()));
}

/// `last`: only the last file may end within a line.
void read_text(const LogFile& file, std::ifstream& in, bool last, Sequence& sequence, LogEnd& end) {
  std::uintmax_t good = 0;
  std::int64_t number = 1, events = 0;
  std::string line;
  for (; std::getline(in, line); ++number) {
    const std::uintmax_t bytes = line.size() + 1;
    if (in.eof()) {  // no line end: it was not written whole, and never acknowledged
      if (!last) damaged(file.path, number, good);
      end.torn_bytes = line.size();
      break;
    }
    if (number == 1) {
      if (line + "\n" != event_header) damaged(file.path, 1, 0);
    } else {
      const auto event = parse_event_line(line);
      if (!event) damaged(file.path, number, good);
      sequence.hear(*event, file.path, number);
      ++events;
    }
    good += bytes;
  }
  if (in.bad()) throw UserError(fmt::format("{} cannot be read", file.path.string()));
  if (!last) return;
  end.open = file;
  end.open_events = events;
  end.open_bytes = good;
}

}  // namespace

fs::path log_file(const fs::path& folder, std::int64_t number, bool sealed) {
  return folder / fmt::format("{:04}.{}", number, sealed ? "parquet" : "csv");
}

std::vector<LogFile> log_files(const fs::path& folder) {
  std::map<std::int64_t, LogFile> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path path = entry.path();
    const std::string stem = path.stem().string(), kind = path.extension().string();
    std::int64_t number = 0;
    const auto read = std::from_chars(stem.data(), stem.data() + stem.size(), number);
    if (read.ec != std::errc() || read.ptr != stem.data() + stem.size() || number < 1 || (kind != ".csv" && kind != ".parquet"))
      continue;
    const bool sealed = kind == ".parquet";
    LogFile& file = files[number];
    if (file.number == 0 || !sealed) file = {number, sealed, path};
  }
  std::vector<LogFile> sorted;
  for (auto& [number, file] : files) {
    if (number != std::ssize(sorted) + 1)
      throw UserError(fmt::format("{} holds {} but not the file before it; copy the folder of events again", folder.string(),
                                  file.path.filename().string()));
    sorted.push_back(std::move(file));
  }
  return sorted;
}

LogEnd read_event_log(const fs::path& folder, const HearEvent& hear, const HearFile& hear_file) {
  if (!fs::is_directory(folder)) throw UserError(fmt::format("{}: there is no such folder of events", folder.string()));
  Sequence sequence(hear);
  LogEnd end;
  const auto files = log_files(folder);
  for (LogFile file : files) {
    const bool last = file.number == files.back().number;
    if (!file.sealed) {
      std::ifstream in(file.path, std::ios::binary);
      if (in) {
        if (hear_file) hear_file(file);
        read_text(file, in, last, sequence, end);
        continue;
      }
      const int why = errno;
      file = {file.number, true, log_file(folder, file.number, true)};  // sealed since the folder was listed
      if (why != ENOENT || !fs::exists(file.path))
        throw UserError(fmt::format("{} cannot be read: {}", log_file(folder, file.number, false).string(), std::strerror(why)));
    }
    if (hear_file) hear_file(file);
    read_sealed(folder, file, sequence);
    ++end.sealed_files;
  }
  end.files = std::ssize(files);
  end.last = sequence.last;
  return end;
}

}  // namespace encore
