// The people whom a request may name by an id: those of a dataset, and whoever did something since.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>
#include "dataset/dataset.h"

namespace encore::serve {

/// What somebody did with an item since the dataset was prepared.
struct Opinion {
  std::optional<float> stars;  ///< rated; otherwise only hidden
  bool hidden = true;          ///< seen or dismissed; false: taken back
};

/// All that is known of one person, by source ids of items.
struct UserHistory {
  bool in_dataset = false;
  std::map<std::string, Opinion> items;
};

/// Thread-safe.
class KnownUsers {
 public:
  KnownUsers() = default;
  /// With a dataset's users; keeps it.
  explicit KnownUsers(Dataset dataset);

  /// Nothing for an id that nobody has.
  std::optional<UserHistory> find(const std::string& user) const;
  void note(const std::string& user, const std::string& item, const Opinion& opinion);
  /// What came by events is forgotten, and the dataset's ratings of this person are not looked at any more.
  void forget(const std::string& user);
  std::int64_t size() const;

 private:
  struct Since {
    bool forgotten = false;
    std::map<std::string, Opinion> items;
  };
  Dataset dataset_;
  std::unordered_map<std::string, std::int32_t> rows_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Since> since_;
};

}  // namespace encore::serve
