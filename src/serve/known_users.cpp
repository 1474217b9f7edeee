// The dataset is only read; what came since is a small map beside it.
#include "serve/known_users.h"

#include <utility>

namespace encore::serve {
namespace {

/// A film that was rated and then only seen or dismissed keeps its stars.
void add(std::map<std::string, Opinion>& items, const std::string& item, const Opinion& opinion) {
  Opinion& kept = items[item];
  if (opinion.stars || !opinion.hidden) {
    kept = opinion;
  } else {
    kept.hidden = true;
  }
}

}  // namespace

KnownUsers::KnownUsers(Dataset dataset) : dataset_(std::move(dataset)) {
  dataset_.ratings.part = {};
  rows_.reserve(dataset_.users.id.size());
  for (std::int32_t user = 0; user < dataset_.users.size(); ++user)
    rows_.emplace(dataset_.users.id[static_cast<std::size_t>(user)], user);
}

std::optional<UserHistory> KnownUsers::find(const std::string& user) const {
  const std::lock_guard lock(mutex_);
  const auto row = rows_.find(user);
  const auto since = since_.find(user);
  UserHistory history;
  if (row != rows_.end() && (since == since_.end() || !since->second.forgotten)) {
    history.in_dataset = true;
    const auto items = dataset_.ratings.items_of(row->second);
    const auto stars = dataset_.ratings.ratings_of(row->second);
    for (std::size_t i = 0; i < items.size(); ++i)
      history.items[dataset_.items.id[static_cast<std::size_t>(items[i])]] = {stars[i], true};
  }
  if (since != since_.end()) {
    for (const auto& [item, opinion] : since->second.items) {
      if (!opinion.hidden && !opinion.stars) {
        history.items.erase(item);
      } else {
        add(history.items, item, opinion);
      }
    }
  }
  if (!history.in_dataset && history.items.empty()) return std::nullopt;
  return history;
}

void KnownUsers::note(const std::string& user, const std::string& item, const Opinion& opinion) {
  const std::lock_guard lock(mutex_);
  add(since_[user].items, item, opinion);
}

void KnownUsers::forget(const std::string& user) {
  const std::lock_guard lock(mutex_);
  since_[user] = {true, {}};
}

std::int64_t KnownUsers::size() const {
  const std::lock_guard lock(mutex_);
  std::int64_t count = std::ssize(rows_);
  for (const auto& [user, since] : since_) count += !since.items.empty() && !rows_.contains(user);
  return count;
}

}  // namespace encore::serve
