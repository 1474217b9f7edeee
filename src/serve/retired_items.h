// Films that are no answer any more, though what people said of them still counts: those of the log, and those that the model's own
// catalogue has retired (`encore items retire`). One list for every kind of answer of the server.
#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>
#include "events/event.h"
#include "recommendation/desk.h"

namespace encore::serve {

/// Thread-safe.
class RetiredItems {
 public:
  void hear(const Event& event);
  /// Those that this model knows, ascending.
  std::shared_ptr<const std::vector<std::int32_t>> of(const std::shared_ptr<const Desk>& desk) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> ids_;
  mutable std::weak_ptr<const Desk> desk_;  ///< whom items_ is for
  mutable std::shared_ptr<const std::vector<std::int32_t>> items_;
};

}  // namespace encore::serve
