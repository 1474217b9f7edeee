// The keys of one rating that PUT /v1/items/{id}/ratings takes: for its reader, /openapi.json and docs/serving.md.
#pragma once
#include <vector>
#include "serve/checked_body.h"

namespace encore::serve {

inline const std::vector<Field>& item_rating_fields() {
  static const std::vector<Field> fields = {
      {"user", "id", "A user of the dataset that the model was trained on; the last rating of the list counts."},
      {"rating", "number", "Stars on the model's scale; not needed where the model knows no stars."},
  };
  return fields;
}

}  // namespace encore::serve
