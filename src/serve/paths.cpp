// The table of paths. A new one is one row here and one function of Service.
#include "serve/service.h"

namespace encore::serve {

const std::vector<Path>& paths() {
  using S = Service;
  constexpr Access all = Access::open, read = Access::read, write = Access::write;
  static const std::vector<Path> table = {
      {"GET", "/", "The page for people: search films, rate a few, see the list change.", all, true, "", &S::show_films_page},
      {"GET", "/status", "The page for operators: the metrics as charts.", all, true, "", &S::show_status_page},
      {"POST", "/v1/recommend", "Recommend films to a user or to somebody new; a list of requests is answered by a list.", read, false,
       "RecommendRequest", &S::recommend},
      {"POST", "/v1/similar", "List the films that the model takes for most alike.", read, false, "SimilarRequest", &S::list_similar},
      {"GET", "/v1/items", "Search films by words of their titles: ?q=WORDS&k=N.", read, false, "", &S::search_items},
      {"GET", "/v1/items/{id}", "One film, by its id.", read, false, "", &S::show_item},
      {"GET", "/v1/users/{id}", "What is known of a user.", read, false, "", &S::show_user},
      {"DELETE", "/v1/users/{id}", "Forget what is known of a user, by the dataset too.", write, false, "", &S::forget_user},
      {"POST", "/v1/events", "Keep what users did; answered when it is on the disk, and it counts at once. One event or a list.", write,
       false, "Event", &S::take_events},
      {"PUT", "/v1/items/{id}", "A film that was retired may be an answer again.", write, false, "", &S::restore_item},
      {"DELETE", "/v1/items/{id}", "Retire a film: it is no answer any more; ratings of it still count.", write, false, "",
       &S::retire_item},
      {"PUT", "/v1/items/{id}/ratings",
       "All ratings that a new film (items add) has had until now count, without training; one or a list.", write, false,
       "ItemRating", &S::rate_item},
      {"GET", "/v1/model", "What model answers, and since when.", read, true, "", &S::describe_model},
      {"POST", "/v1/reload", "Open the model's folder again; the old model answers until the new one is checked.", write, false, "",
       &S::reload_now},
      {"GET", "/health/live", "Status 200 as long as the process runs.", all, true, "", &S::show_live},
      {"GET", "/health/ready", "Status 200 while it takes requests, 503 once it stops.", all, true, "", &S::show_ready},
      {"GET", "/v2/health/live", "The same as /health/live.", all, true, "", &S::show_live},
      {"GET", "/v2/health/ready", "The same as /health/ready.", all, true, "", &S::show_ready},
      {"GET", "/metrics", "What was done so far, for Prometheus.", read, true, "", &S::show_metrics},
      {"GET", "/openapi.json", "This table for programs (OpenAPI 3.1).", all, true, "", &S::show_openapi},
  };
  return table;
}

}  // namespace encore::serve
