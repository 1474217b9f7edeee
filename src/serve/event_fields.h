// The keys of an event that POST /v1/events takes: for its reader, /openapi.json and docs/serving.md.
#pragma once
#include <vector>
#include "serve/checked_body.h"

namespace encore::serve {

inline const std::vector<Field>& event_fields() {
  static const std::vector<Field> fields = {
      {"user", "id", "Who did it; an id that nobody has yet begins."},
      {"movieId", "id", "With which film, by its id in the source of the ratings; one that the model does not know is kept, too."},
      {"title", "string", "Or by its title, which the model must know."},
      {"kind", "string", "What was done: one of the kinds below; rating where the key rating is there."},
      {"rating", "number", "Of a rating: stars on the model's scale."},
      {"time", "integer", "When, in seconds since 1970; now unless said.", 0, 253402300799},
      {"id", "string", "The sender's own name of this event: a second one with it is left out, so that sending again is harmless."},
      {"source", "string", "Who says so, for those who read the log."},
  };
  return fields;
}

}  // namespace encore::serve
