// The dataset is only read; what came since is a small map beside it.
#include "serve/known_users.h"

#include <utility>

namespace encore::serve {

void KnownUsers::use(Dataset dataset) {
  auto prepared = std::make_shared<Prepared>();
  prepared->dataset = std::move(dataset);
  prepared->dataset.ratings.part = {};
  const auto& users = prepared->dataset.users;
  prepared->rows.reserve(users.id.size());
  for (std::int32_t user = 0; user < users.size(); ++user) prepared->rows.emplace(users.id[static_cast<std::size_t>(user)], user);
  const std::lock_guard lock(mutex_);
  prepared_ = std::move(prepared);
}

void KnownUsers::hear(const Event& event) {
  if (!row_of(event.kind).has_user || event.kind == EventKind::shown) return;
  const std::lock_guard lock(mutex_);
  Since& since = since_[event.user];
  switch (event.kind) {
    case EventKind::forget: since = {true, {}}; break;
    case EventKind::undo: since.items.erase(event.item); break;
    case EventKind::remove: since.items[event.item] = {{}, true}; break;
    case EventKind::rating: since.items[event.item].opinion = {.stars = event.value}; break;
    case EventKind::like: since.items[event.item].opinion = {.liked = true}; break;
    case EventKind::seen: since.items[event.item].opinion.seen = true; break;
    case EventKind::dismissed: since.items[event.item].opinion.dismissed = true; break;
    default: break;
  }
}

std::optional<UserHistory> KnownUsers::find(const std::string& user) const {
  const std::lock_guard lock(mutex_);
  const auto since = since_.find(user);
  UserHistory history;
  if (prepared_ && (since == since_.end() || !since->second.forgotten)) {
    const Dataset& dataset = prepared_->dataset;
    if (const auto row = prepared_->rows.find(user); row != prepared_->rows.end()) {
      history.in_dataset = true;
      const auto items = dataset.ratings.items_of(row->second);
      const auto stars = dataset.ratings.ratings_of(row->second);
      for (std::size_t i = 0; i < items.size(); ++i)
        history.items[dataset.items.id[static_cast<std::size_t>(items[i])]].stars = stars[i];
      for (const std::int32_t item : dataset.seen.items_of(row->second))
        history.items[dataset.items.id[static_cast<std::size_t>(item)]].seen = true;
      for (const std::int32_t item : dataset.dismissed.items_of(row->second))
        history.items[dataset.items.id[static_cast<std::size_t>(item)]].dismissed = true;
    }
  }
  if (since != since_.end()) {
    for (const auto& [item, of_item] : since->second.items) {
      if (of_item.removed || of_item.opinion.rated()) {
        history.items[item] = of_item.opinion;
      } else {
        history.items[item].seen |= of_item.opinion.seen;
        history.items[item].dismissed |= of_item.opinion.dismissed;
      }
      const Opinion& all = history.items[item];
      if (!all.rated() && !all.seen && !all.dismissed) history.items.erase(item);
    }
  }
  if (!history.in_dataset && history.items.empty()) return std::nullopt;
  return history;
}

std::int64_t KnownUsers::size() const {
  const std::lock_guard lock(mutex_);
  std::int64_t count = prepared_ ? std::ssize(prepared_->rows) : 0;
  for (const auto& [user, since] : since_) {
    const bool prepared = prepared_ && prepared_->rows.contains(user);
    if (prepared && since.forgotten && since.items.empty()) --count;
    if (!prepared && !since.items.empty()) ++count;
  }
  return count;
}

}  // namespace encore::serve
