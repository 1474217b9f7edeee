// The keys of a request to POST /v1/recommend: for its reader, /openapi.json and docs/serving.md.
#include "serve/recommend_fields.h"

namespace encore::serve {

const std::vector<Field>& recommend_fields() {
  static const std::vector<Field> fields = {
      {"user", "id", "The id of a user whom the server knows by --dataset or --events; an unknown one begins with no ratings."},
      {"ratings", "Rating[]", "What somebody rated, instead of user or beside it; the last rating of a film counts."},
      {"k", "integer", "How many films; 10 unless said.", 1, static_cast<double>(most_answers)},
      {"where", "string", "Only films for which this SQL expression over movieId, title, year, genres and ratings is true."},
      {"seen", "ids", "Films that the person has seen without rating them, by their ids: no answers, and a taste for models of --input "
       "channels only."},
      {"exclude", "ids", "Films that are no answer, whoever has seen them, by their ids."},
      {"includeSeen", "boolean", "Films that were rated may be answers too."},
      {"diversity", "number", "0 keeps the model's order; the nearer to 1, the less alike are the films of the list.", 0, 1},
      {"explore", "number", "This share of the places goes to films with few ratings; as --explore says unless said.", 0, 1},
      {"seed", "integer", "Of the draws of explore; 42 unless said.", 0, 9007199254740992.0},
      {"explain", "boolean", "Give reasons: the ratings without which a film's score would fall most."},
      {"fields", "strings", "Which keys an item has: movieId, title, year, genres, ratings, score."},
      {"cursor", "string", "Go on with a list: the cursor of an earlier answer, with k, explain and fields at most beside it."},
  };
  return fields;
}

const std::vector<Field>& rating_fields() {
  static const std::vector<Field> fields = {
      {"movieId", "id", "The film's id in the source of the ratings."},
      {"title", "string", "Or its title; letter case, articles and the year are forgiven."},
      {"rating", "number", "Stars on the model's scale; not needed where the model knows no stars."},
  };
  return fields;
}

const std::vector<std::string>& item_keys() {
  static const std::vector<std::string> keys = {"movieId", "title", "year", "genres", "ratings", "score"};
  return keys;
}

}  // namespace encore::serve
