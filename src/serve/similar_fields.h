// The keys of a request to POST /v1/similar: for its reader, /openapi.json and docs/serving.md.
#pragma once
#include <vector>
#include "serve/checked_body.h"

namespace encore::serve {

inline const std::vector<Field>& similar_fields() {
  static const std::vector<Field> fields = {
      {"movieId", "id", "The film's id in the source of the ratings."},
      {"title", "string", "Or its title; letter case, articles and the year are forgiven."},
      {"k", "integer", "How many films; 10 unless said.", 1, 1000},
      {"where", "string", "Only films for which this SQL expression over movieId, title, year, genres and ratings is true."},
  };
  return fields;
}

}  // namespace encore::serve
