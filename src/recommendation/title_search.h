// Films whose titles hold the words that somebody is typing: a list, best known first. Not the finding of exactly one
// film (film_finder.h).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

class TitleSearch {
 public:
  /// Folds all titles; keeps a reference to the catalogue. Thread-safe.
  explicit TitleSearch(const Catalogue& items);

  /// At most `k` films that have a word beginning with each word of `words` (letter case, accents and punctuation
  /// forgiven): those whose title begins with all of it first, then the more often rated, then by item. Without any word
  /// the most rated films.
  std::vector<std::int32_t> find(std::string_view words, std::int64_t k) const;

 private:
  const Catalogue& items_;
  std::vector<std::string> titles_;  ///< folded, with a blank in front
};

}  // namespace encore
