// The files of a log of events: NNNN.csv, which the server appends to, and those before it, sealed as NNNN.parquet with
// their sums in sha256sums.txt. Reading them, and sealing one. Not the appending (event_log.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>
#include "events/event.h"

namespace encore {

struct LogFile {
  std::int64_t number = 0;
  bool sealed = false;
  std::filesystem::path path;
};

/// In order of their numbers. While a file is sealed both forms are there; the text is the one that counts. Throws
/// UserError when a number is missing.
std::vector<LogFile> log_files(const std::filesystem::path& folder);
std::filesystem::path log_file(const std::filesystem::path& folder, std::int64_t number, bool sealed);

/// Where a log ends.
struct LogEnd {
  std::int64_t last = 0;     ///< number of the last event; 0: there is none
  std::int64_t files = 0, sealed_files = 0;
  LogFile open;              ///< the last file, when it is text; number 0: there is none
  std::int64_t open_events = 0;
  std::uintmax_t open_bytes = 0;  ///< of whole lines
  std::uintmax_t torn_bytes = 0;  ///< behind them: a line that was never acknowledged
};

using HearEvent = std::function<void(const Event&)>;
using HearFile = std::function<void(const LogFile&)>;

/// Tells all events in their order, and each file before its events. May run beside the server that appends. Throws UserError,
/// naming file and line, for a line that is not whole anywhere but at the end, for a number that is missing, and for a sealed file
/// whose bytes are others.
LogEnd read_event_log(const std::filesystem::path& folder, const HearEvent& hear, const HearFile& hear_file = {});

/// Turns NNNN.csv into NNNN.parquet, which is listed in sha256sums.txt before the text goes. Whatever ends the process in
/// between, nothing is lost. Throws UserError.
void seal_log_file(const std::filesystem::path& folder, std::int64_t number);

}  // namespace encore
