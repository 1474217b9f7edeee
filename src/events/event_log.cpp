// Group commit: one thread writes what has gathered, makes it safe, and answers everybody at once.
#include "events/event_log.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <utility>
#include "digest/sha256.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

std::pair<std::uint64_t, std::uint64_t> sum_of_id(const std::string& id) {
  Sha256 sum;
  sum.add(id);
  const std::string hex = sum.hex();
  std::pair<std::uint64_t, std::uint64_t> halves;
  std::from_chars(hex.data(), hex.data() + 16, halves.first, 16);
  std::from_chars(hex.data() + 16, hex.data() + 32, halves.second, 16);
  return halves;
}

}  // namespace

EventLog::EventLog(fs::path folder, std::int64_t seal_after, HearEvent hear, std::function<void(const std::string&)> say)
    : folder_(std::move(folder)), seal_after_(seal_after), hear_(std::move(hear)), say_(std::move(say)) {
  require_parent(folder_);
  std::error_code error;
  if (!fs::is_directory(folder_) && !fs::create_directory(folder_, error)) throw cannot_write(folder_, error.value());
  lock_.emplace(folder_);
  const LogEnd end = read_event_log(folder_, [this](const Event& event) {
    if (!event.id.empty()) ids_.insert(sum_of_id(event.id));
    hear_(event);
  });
  last_ = end.last;
  if (end.torn_bytes > 0) {
    fs::resize_file(end.open.path, end.open_bytes);
    say_(fmt::format("{}: the last line was not whole, and nobody was told that it was; it was cut off", end.open.path.string()));
  }
  number_ = end.open.number > 0 ? end.open.number - 1 : end.files;
  events_in_file_ = end.open_events;
  bytes_ = end.open_bytes;
  std::vector<std::int64_t> full;
  for (const LogFile& file : log_files(folder_)) {
    if (!file.sealed && file.number != end.open.number) full.push_back(file.number);
  }
  open_next_file();
  if (!full.empty()) seal_later(full);
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

EventLog::~EventLog() {
  thread_.request_stop();
  arrived_.notify_all();
  thread_.join();
  if (sealer_.joinable()) sealer_.join();
  ::close(file_);
}

/// Opens the file behind `number_`, which may have events already.
void EventLog::open_next_file() {
  const fs::path path = log_file(folder_, number_ + 1, false);
  const int next = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (next < 0) throw cannot_write(path, errno);
  if (file_ >= 0) ::close(file_);
  file_ = next;
  ++number_;
  if (bytes_ == 0) put_on_disk(std::string(event_header));
  sync_to_disk(folder_);
}

void EventLog::append(std::vector<Event> events, OnAppended done) {
  ++waiting_;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(events), std::move(done), {}});
  }
  arrived_.notify_one();
}

void EventLog::work(const std::stop_token& stop) {
  while (true) {
    std::vector<Batch> batches;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;
      batches.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.end()));
      queue_.clear();
    }
    waiting_ -= std::ssize(batches);
    std::exception_ptr failure;
    try {
      write(batches);
    } catch (...) {
      failure = std::current_exception();
    }
    for (const Batch& batch : batches) batch.done(failure ? nullptr : &batch.appended, failure);
  }
}

/// Gives the events their numbers; leaves out those whose ids are there already.
std::string EventLog::lines_of(std::vector<Batch>& batches, std::vector<IdSum>& fresh) {
  std::string lines;
  std::int64_t seq = last_;
  for (Batch& batch : batches) {
    for (Event& event : batch.events) {
      if (!event.id.empty()) {
        const IdSum sum = sum_of_id(event.id);
        if (!ids_.insert(sum).second) {
          ++batch.appended.repeated;
          continue;
        }
        fresh.push_back(sum);
      }
      event.seq = ++seq;
      ++batch.appended.added;
      lines += event_line(event);
    }
    batch.appended.last = seq;
  }
  return lines;
}

void EventLog::write(std::vector<Batch>& batches) {
  if (!broken_.empty()) throw UserError(broken_);
  std::vector<IdSum> fresh;
  const std::string lines = lines_of(batches, fresh);
  if (lines.empty()) return;  // all of them repeated, and safe since then
  try {
    put_on_disk(lines);
  } catch (...) {
    for (const IdSum& sum : fresh) ids_.erase(sum);
    throw;
  }
  for (const Batch& batch : batches) {
    for (const Event& event : batch.events) {
      if (event.seq == 0) continue;
      last_ = event.seq;
      ++events_in_file_;
      hear_(event);
    }
  }
  if (events_in_file_ < seal_after_) return;
  try {
    const std::int64_t full = number_;
    bytes_ = 0;
    events_in_file_ = 0;
    open_next_file();
    seal_later({full});
  } catch (const std::exception& error) {
    broken_ = fmt::format("the log of events cannot go on: {}", error.what());
    say_(broken_);
  }
}

void EventLog::put_on_disk(const std::string& lines) {
  ++writes_;
  std::size_t done = 0;
  while (done < lines.size()) {
    const ssize_t wrote = ::write(file_, lines.data() + done, lines.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote > 0) {
      done += static_cast<std::size_t>(wrote);
      continue;
    }
    const int why = wrote < 0 ? errno : ENOSPC;
    // A part of it may be there; nobody was told.
    if (::ftruncate(file_, static_cast<off_t>(bytes_)) != 0)
      broken_ = fmt::format("{}: half a line could not be taken back; start the server again", folder_.string());
    throw cannot_write(log_file(folder_, number_, false), why);
  }
  if (::fdatasync(file_) != 0) {
    // What of it is on the disk now nobody can say; a further attempt would be told that all is well.
    broken_ = fmt::format("{}: the disk could not keep what was written ({}); start the server again", folder_.string(),
                          std::strerror(errno));
    throw UserError(broken_);
  }
  bytes_ += lines.size();
}

/// One after the other, because two at once would write one list of sums; and nobody who appends waits for it.
void EventLog::seal_later(const std::vector<std::int64_t>& numbers) {
  {
    const std::lock_guard lock(sealing_mutex_);
    full_.insert(full_.end(), numbers.begin(), numbers.end());
    if (sealing_) return;
    sealing_ = true;
  }
  if (sealer_.joinable()) sealer_.join();  // it has nothing more to do
  sealer_ = std::jthread([this] { seal_full_files(); });
}

void EventLog::seal_full_files() {
  while (true) {
    std::int64_t number = 0;
    {
      const std::lock_guard lock(sealing_mutex_);
      sealing_ = !full_.empty();
      if (!sealing_) return;
      number = full_.front();
      full_.pop_front();
    }
    try {
      seal_log_file(folder_, number);
    } catch (const std::exception& error) {
      say_(fmt::format("{}; it is tried again when the server starts", error.what()));
    }
  }
}

}  // namespace encore
