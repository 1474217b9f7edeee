// What stands in the place of {id} in a path.
#pragma once
#include <string>

namespace encore::serve {

/// The third part of "/v1/items/ID" and "/v1/items/ID/ratings".
inline std::string id_in_path(const std::string& path) {
  const std::size_t begin = path.find('/', path.find('/', 1) + 1) + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

}  // namespace encore::serve
