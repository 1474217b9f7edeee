// The candidate with the least edit distance.
#include "options/suggestion.h"

#include <algorithm>
#include "options/edit_distance.h"

namespace encore {

std::string nearest_word(const std::string& word, const std::vector<std::string>& known) {
  std::vector<std::string> beginning_with;
  std::string nearest;
  std::int64_t least = std::max<std::int64_t>(1, std::ssize(word) / 3) + 1;
  for (const std::string& candidate : known) {
    if (word.size() >= 2 && candidate.starts_with(word)) beginning_with.push_back(candidate);
    if (const std::int64_t distance = edit_distance(word, candidate, least); distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest.empty() && beginning_with.size() == 1 ? beginning_with.front() : nearest;
}

}  // namespace encore
