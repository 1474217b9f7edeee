// Edit distance by the usual table; the words are short.
#include "commands/suggestion.h"

#include <algorithm>
#include <cstdlib>

namespace encore {

int edit_distance(const std::string& a, const std::string& b) {
  const std::size_t rows = a.size() + 1, columns = b.size() + 1;
  std::vector<std::vector<int>> distance(rows, std::vector<int>(columns));
  for (std::size_t i = 0; i < rows; ++i) distance[i][0] = static_cast<int>(i);
  for (std::size_t j = 0; j < columns; ++j) distance[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i < rows; ++i) {
    for (std::size_t j = 1; j < columns; ++j) {
      const int changed = distance[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      distance[i][j] = std::min({distance[i - 1][j] + 1, distance[i][j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        distance[i][j] = std::min(distance[i][j], distance[i - 2][j - 2] + 1);
      }
    }
  }
  return distance[a.size()][b.size()];
}

std::string nearest_word(const std::string& word, const std::vector<std::string>& known) {
  std::vector<std::string> beginning_with;
  std::string nearest;
  int least = std::max(1, static_cast<int>(word.size()) / 3) + 1;
  for (const std::string& candidate : known) {
    if (word.size() >= 2 && candidate.starts_with(word)) beginning_with.push_back(candidate);
    if (const int distance = edit_distance(word, candidate); distance < least) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest.empty() && beginning_with.size() == 1 ? beginning_with.front() : nearest;
}

}  // namespace encore
