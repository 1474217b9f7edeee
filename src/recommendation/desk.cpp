// Conditions are few and asked again and again: a short list, the last used first, is enough.
#include "recommendation/desk.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "console/table.h"
#include "folder/model_folder.h"
#include "recommendation/catalogue_filter.h"
#include "recommendation/off_scale.h"
#include "recommendation/why_unknown.h"

namespace encore {

Desk::Desk(std::string model_folder, Weights where)
    : folder_(std::move(model_folder)),
      model_(read_model(folder_, where)),
      finder_(model_.items),
      recommender_(model_, std::vector<std::uint8_t>(static_cast<std::size_t>(model_.items.size()), 1), 1),
      vectors_(model_),
      explorer_(model_) {}

FilmMask Desk::films_where(const std::string& expression, std::string_view option) const {
  {
    const std::lock_guard lock(conditions_mutex_);
    const auto found = std::find_if(conditions_.begin(), conditions_.end(),
                                    [&](const auto& condition) { return condition.first == expression; });
    if (found != conditions_.end()) {
      conditions_.splice(conditions_.begin(), conditions_, found);
      return found->second;
    }
  }
  auto mask = std::make_shared<const std::vector<std::uint8_t>>(encore::films_where(
      std::filesystem::path(folder_) / "items.parquet", expression, model_.items.numeric_ids, std::string(option)));
  const std::lock_guard lock(conditions_mutex_);
  conditions_.emplace_front(expression, mask);
  if (conditions_.size() > kept_conditions) conditions_.pop_back();
  return mask;
}

namespace {

/// Of the person's films that would count those that the model does not know: by title, five at most.
std::string silent_films(const TrainedModel& model, const Profile& person) {
  constexpr std::int64_t most = 5;
  std::string names;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < person.items.size(); ++i) {
    if (model.model->knows(person.items[i]) || !input_value(model.model->input(), model.scale, person.stars[i])) continue;
    if (++count > most) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", model.items.title[static_cast<std::size_t>(person.items[i])]);
  }
  if (count == 0 || !model.model->listens()) return {};
  if (count > most) names += fmt::format(" and {} more", count - most);
  return fmt::format("{}, so {} not count", why_unknown(model, names), count == 1 ? "it does" : "they do");
}

std::string note_of_list(const Desk& desk, const Question& question, const Recommendation& answer, std::string_view where) {
  if (answer.items.empty()) {
    const Catalogue& items = desk.model().items;
    bool any = question.fits.empty();
    std::int64_t fitting = 0, retired = 0;
    for (std::int32_t item = 0; !any && item < items.size(); ++item) {
      if (question.fits[static_cast<std::size_t>(item)] == 0) continue;
      any = items.can_answer(item), ++fitting, retired += items.is_retired(item);
    }
    if (any) return "no film is left to recommend";
    if (fitting > 0 && fitting == retired)
      return fmt::format("{} is retired; `encore items restore` makes a film an answer again",
                         fitting == 1 ? fmt::format("the only film that fits {}", where) : fmt::format("every film that fits {}", where));
    return fmt::format("no film of the catalogue fits {}", where);
  }
  if (answer.kind == ScoreKind::ratings) {
    const auto& items = question.person->items;
    if (std::ranges::none_of(items, [&](std::int32_t item) { return desk.model().model->knows(item); }))
      return "no rating that the model knows: these are the films that most people rated";
    return fmt::format(
        "no film with {:g} stars or more, which is all that this model looks at: these are the films that most people "
        "rated",
        desk.model().scale.liked);
  }
  if (std::ssize(answer.items) < question.k)
    return answer.items.size() == 1 ? fmt::format("there is only 1 film to recommend, not {}", question.k)
                                    : fmt::format("there are only {} films to recommend, not {}", answer.items.size(), question.k);
  return {};
}

}  // namespace

std::string note_of(const Desk& desk, const Question& question, const Recommendation& answer, std::string_view where) {
  std::string note;
  for (const std::string& one : {silent_films(desk.model(), *question.person), far_off_scale(desk.model().scale, answer),
                                 note_of_list(desk, question, answer, where)}) {
    if (!one.empty()) note += (note.empty() ? "" : "; ") + one;
  }
  return note;
}

std::string note_of_many(const TrainedModel& model, std::span<const std::int32_t> items) {
  const auto silent = std::ranges::count_if(items, [&](std::int32_t item) { return item >= 0 && !model.model->knows(item); });
  if (silent == 0 || !model.model->listens()) return {};
  return fmt::format("ratings of {} {} do not count, because {}", with_thousands(silent), silent == 1 ? "film" : "films",
                     why_unknown(model, silent == 1 ? "it" : "them"));
}

std::string note_of_unknown(std::span<const std::string> unknown) {
  constexpr std::size_t most = 5;
  if (unknown.empty()) return {};
  return fmt::format("left out, because the model does not know {}: {}{}", unknown.size() == 1 ? "this film" : "these films",
                     fmt::join(unknown.first(std::min(most, unknown.size())), ", "),
                     unknown.size() > most ? fmt::format(" and {} more", unknown.size() - most) : "");
}

}  // namespace encore
