// The list of a model is made again when either changes, which is seldom.
#include "serve/retired_items.h"

#include <algorithm>

namespace encore::serve {

void RetiredItems::hear(const Event& event) {
  if (event.kind != EventKind::retire && event.kind != EventKind::restore) return;
  const std::lock_guard lock(mutex_);
  event.kind == EventKind::retire ? void(ids_.insert(event.item)) : void(ids_.erase(event.item));
  items_.reset();
}

std::shared_ptr<const std::vector<std::int32_t>> RetiredItems::of(const std::shared_ptr<const Desk>& desk) const {
  const std::lock_guard lock(mutex_);
  if (items_ && desk_.lock() == desk) return items_;
  auto items = std::make_shared<std::vector<std::int32_t>>();
  for (const std::string& id : ids_) {
    if (const auto item = desk->finder().by_id(id)) items->push_back(*item);
  }
  const Catalogue& catalogue = desk->model().items;
  for (std::int32_t item = 0; !catalogue.retired.empty() && item < catalogue.size(); ++item) {
    if (catalogue.is_retired(item)) items->push_back(item);
  }
  std::sort(items->begin(), items->end());
  items->erase(std::unique(items->begin(), items->end()), items->end());
  desk_ = desk;
  return items_ = std::move(items);
}

}  // namespace encore::serve
