// The log of events that a server appends to: what is acknowledged is on the disk. Not the reading by others
// (event_files.h), and no HTTP.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>
#include "events/event.h"
#include "events/event_files.h"
#include "events/log_lock.h"

namespace encore {

/// What became of one batch.
struct Appended {
  std::int64_t added = 0, repeated = 0;  ///< events; repeated: their id was there already
  std::int64_t last = 0;                 ///< number of the last event of the log
};
/// One of the two is set.
using OnAppended = std::function<void(const Appended*, std::exception_ptr)>;

class EventLog {
 public:
  /// Makes the folder when there is none, locks it, tells `hear` all events of before, cuts a last line that was not written
  /// whole. From then on `hear` is told each event when it is on the disk, on the log's thread, before who sent it is
  /// answered. After `seal_after` events a file is sealed. `say`: remarks for the operator. Throws UserError.
  EventLog(std::filesystem::path folder, std::int64_t seal_after, HearEvent hear, std::function<void(const std::string&)> say);
  /// Writes first what waits.
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  /// All of them or none; the log gives their numbers. `done` is called on the log's thread when they are on the disk. While
  /// the disk works, batches gather, and the next write takes all of them. A write that fails leaves the log as it was.
  void append(std::vector<Event> events, OnAppended done);

  std::int64_t last() const { return last_; }
  std::int64_t writes() const { return writes_; }
  std::int64_t waiting() const { return waiting_; }

 private:
  struct Batch {
    std::vector<Event> events;
    OnAppended done;
    Appended appended;
  };
  struct IdHash {
    std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& id) const { return id.first; }
  };
  using IdSum = std::pair<std::uint64_t, std::uint64_t>;

  void work(const std::stop_token& stop);
  void write(std::vector<Batch>& batches);
  std::string lines_of(std::vector<Batch>& batches, std::vector<IdSum>& fresh);
  void put_on_disk(const std::string& lines);
  void open_next_file();
  void seal_later(const std::vector<std::int64_t>& numbers);
  void seal_full_files();

  std::filesystem::path folder_;
  std::int64_t seal_after_;
  HearEvent hear_;
  std::function<void(const std::string&)> say_;
  std::optional<LogLock> lock_;
  int file_ = -1;
  std::int64_t number_ = 0, events_in_file_ = 0;
  std::uintmax_t bytes_ = 0;  ///< of the open file, all on the disk
  std::string broken_;        ///< why nothing is written any more
  std::unordered_set<IdSum, IdHash> ids_;  ///< 128 bits of the SHA-256 of each id
  std::atomic<std::int64_t> last_{0}, writes_{0}, waiting_{0};
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Batch> queue_;
  std::mutex sealing_mutex_;
  std::deque<std::int64_t> full_;  ///< files to be sealed
  bool sealing_ = false;
  std::jthread sealer_;
  std::jthread thread_;
};

}  // namespace encore
