// The rule, and who listens to what.
#include "models/choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "console/table.h"
#include "linear/closed_form.h"
#include "models/heard.h"
#include "models/table.h"

namespace encore {
namespace {

constexpr std::string_view of_clusters = "mult-dae";

/// The first option that `kind` does not listen to.
std::string_view not_heard(const ModelKind& kind, const TrainSettings& settings) {
  TrainSettings drawn = settings;
  drawn.seed.reset();
  return first_unheard(kind, drawn);
}

}  // namespace

bool is_automatic(const TrainSettings& settings) { return !settings.model || *settings.model == automatic; }

bool hears_all(const ModelKind& kind, const TrainSettings& settings) { return not_heard(kind, settings).empty(); }

ChosenKind choose_kind(const TrainSettings& settings, std::optional<std::int64_t> items, std::int64_t training_users,
                       std::int64_t free_bytes) {
  if (!is_automatic(settings)) return {model_kind(*settings.model), {}};
  const bool small = items && *items <= most_items_of_closed_form;
  const std::int64_t bytes = closed_form_bytes(items.value_or(0), training_users);
  std::string_view name = of_clusters;
  std::string why = "several processes train together";
  if (small && bytes <= free_bytes) {
    name = "ease", why = fmt::format("{} films are few enough for a closed form", with_thousands(*items));
  } else if (small) {
    name = "elsa", why = fmt::format("ease would need {} for {} films and there are {}", readable_bytes(bytes), with_thousands(*items),
                                     readable_bytes(free_bytes));
  } else if (items) {
    name = "elsa", why = fmt::format("{} films are too many for a closed form", with_thousands(*items));
  }
  const ModelKind& usual = model_kind(name);
  if (hears_all(usual, settings)) return {usual, why};
  for (const ModelKind& kind : model_kinds()) {
    if (hears_all(kind, settings))
      return {kind, fmt::format("{} uses {} and {} does not", kind.name, not_heard(usual, settings), usual.name)};
  }
  return {usual, why};
}

}  // namespace encore
