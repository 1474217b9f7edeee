// Taking out of a log of events what forgotten users said: their lines stay as numbers without content, because a log has no gap.
// Not the forgetting (it is an event), and not datasets and models that were made of the log before.
#pragma once
#include <cstdint>
#include <filesystem>

namespace encore {

struct Erasure {
  std::int64_t events = 0, users = 0;  ///< whose content is gone since this call, and of how many users they were
  std::int64_t files = 0;              ///< that were written again
};

/// Of every event before a user's last `forget`, the user, the film, the value, the source and the id go; the `forget` itself
/// stays, because a dataset that is prepared with this log may have the user, too. Each file is replaced whole: whatever ends the
/// process in between, no other event is lost, and a second call goes on. Throws UserError: a server writes this log; what
/// read_event_log refuses; a full disk.
Erasure erase_forgotten(const std::filesystem::path& folder);

}  // namespace encore
