// Once through the log for who is forgotten, once more for the files that hold something of theirs.
#include "events/erasure.h"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#include "events/event_files.h"
#include "events/log_lock.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {

namespace fs = std::filesystem;

Erasure erase_forgotten(const fs::path& folder) {
  if (!fs::is_directory(folder)) read_event_log(folder, {});  // says so
  const LogLock lock(folder);
  std::unordered_map<std::string, std::int64_t> forgotten;  // user → number of the last `forget`
  read_event_log(folder, [&](const Event& event) {
    if (event.kind == EventKind::forget) forgotten[event.user] = event.seq;
  });
  Erasure erasure;
  if (forgotten.empty()) return erasure;

  std::unordered_set<std::string> users;
  std::vector<LogFile> changed;
  LogFile current;
  std::string text{event_header};
  bool is_changed = false;
  const auto finish = [&] {
    if (is_changed) {
      // Of two forms of a file the text counts; so from here on the old content is read by nobody.
      write_file_whole(log_file(folder, current.number, false), text);
      changed.push_back(current);
    }
    text = event_header, is_changed = false;
  };
  read_event_log(
      folder,
      [&](const Event& event) {
        const auto found = forgotten.find(event.user);
        if (event.user.empty() || found == forgotten.end() || event.seq > found->second || event.kind == EventKind::forget) {
          text += event_line(event);
          return;
        }
        users.insert(event.user);
        Event empty;
        empty.seq = event.seq, empty.time = event.time, empty.kind = EventKind::erased;
        text += event_line(empty);
        ++erasure.events, is_changed = true;
      },
      [&](const LogFile& file) {
        finish();
        current = file;
      });
  finish();
  for (const LogFile& file : changed)
    if (file.sealed) seal_log_file(folder, file.number);
  erasure.users = std::ssize(users), erasure.files = std::ssize(changed);
  return erasure;
}

}  // namespace encore
