// Questions to a dataset in memory.
#include "dataset/dataset.h"

namespace encore {

std::vector<std::int32_t> Dataset::users_in(Fold fold) const {
  std::vector<std::int32_t> found;
  for (std::int32_t user = 0; user < users.size(); ++user)
    if (users.fold[static_cast<std::size_t>(user)] == fold) found.push_back(user);
  return found;
}

}  // namespace encore
