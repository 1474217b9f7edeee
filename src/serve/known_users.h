// The people whom a request may name by an id: those of a dataset, and whoever did something since, by the log of events.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>
#include "dataset/dataset.h"
#include "events/event.h"

namespace encore::serve {

/// What is known of a person and an item.
struct Opinion {
  std::optional<float> stars;
  bool liked = false;      ///< without stars: as good as the most of them
  bool seen = false;       ///< without a word more
  bool dismissed = false;  ///< never an answer
  bool rated() const { return stars.has_value() || liked; }
};

/// All that is known of one person, by source ids of items.
struct UserHistory {
  bool in_dataset = false;
  std::map<std::string, Opinion> items;
};

/// Thread-safe.
class KnownUsers {
 public:
  /// With a dataset's users from now on, in place of those of another; what events said stays.
  void use(Dataset dataset);
  /// What happened, in the order in which it did. Of each kind: event.cpp's table.
  void hear(const Event& event);

  /// Nothing for an id that nobody has.
  std::optional<UserHistory> find(const std::string& user) const;
  std::int64_t size() const;

 private:
  struct OfItem {
    Opinion opinion;
    bool removed = false;  ///< what the dataset says does not count
  };
  struct Since {
    bool forgotten = false;
    std::map<std::string, OfItem> items;
  };
  struct Prepared {
    Dataset dataset;
    std::unordered_map<std::string, std::int32_t> rows;
  };
  mutable std::mutex mutex_;
  std::shared_ptr<const Prepared> prepared_;
  std::unordered_map<std::string, Since> since_;
};

}  // namespace encore::serve
