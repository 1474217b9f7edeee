// From ranges to values. Whatever --range says is read as `encore train` reads the option, so it has the same limits.
#include "tuning/search_space.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "models/plan.h"
#include "models/table.h"
#include "models/train_options.h"
#include "options/settings_json.h"
#include "options/suggestion.h"
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

double rounded(double value) { return *parse_number(fmt::format("{:.3g}", value)); }

/// What the kind has where nobody says anything; nothing for options that have no such number.
std::optional<double> usual_of(const ModelKind& kind, std::string_view option) {
  if (option == "learning-rate") return kind.training.learning_rate;
  if (option == "weight-decay") return kind.training.weight_decay;
  if (option == "batch-size") return static_cast<double>(kind.training.batch_size);
  return std::nullopt;
}

/// The range that the tables declare; nothing where there is none for this kind.
std::optional<Dimension> declared(const ModelKind& kind, const Option<TrainSettings>& option) {
  SearchRange range = option.search;
  for (const Knob& knob : kind.knobs)
    if (knob.name == option.name) range = knob.search;
  if (range.low == range.high) return std::nullopt;
  const OptionRow row = describe(option);
  Dimension dimension{row.long_name().substr(2), row.kind, range.low, range.high, range.logarithmic, {}, {}};
  if (row.kind == ValueKind::whole_numbers) {
    dimension.widths = kind.architecture.hidden;
    return dimension.widths.empty() ? std::nullopt : std::optional(dimension);
  }
  if (range.times_usual) {
    const double usual = usual_of(kind, dimension.option).value_or(0);
    if (usual == 0) return std::nullopt;
    dimension.low *= usual, dimension.high *= usual;
  }
  dimension.low = std::max(dimension.low, option.low), dimension.high = std::min(dimension.high, option.high);
  return dimension;
}

Json typed(const OptionRow& row, const std::string& word) {
  if (row.kind == ValueKind::whole_number) return *parse_whole_number(word);
  if (row.kind == ValueKind::number) return *parse_number(word);
  if (row.kind == ValueKind::toggle) return word == "true";
  if (row.kind != ValueKind::whole_numbers) return word;
  Json numbers = Json::array();
  for (const std::string& one : split(word, ',')) numbers.push_back(*parse_whole_number(one));
  return numbers;
}

struct GivenRange {
  const Option<TrainSettings>* option;
  Dimension dimension;
};

/// The word, checked as `encore train` checks it.
Json checked(const Option<TrainSettings>& option, const std::string& word) {
  const OptionRow row = describe(option);
  if (row.kind == ValueKind::toggle && word != "true" && word != "false")
    throw UserError(fmt::format("--range: {} is '{}'; it must be true or false", row.long_name(), word));
  TrainSettings settings;
  with_value(settings, option, [&](auto& value) { read_value(row, {word}, value); });
  return typed(row, word);
}

/// What a trial has nothing of: where it runs, other models, checkpoints of the user's, and the ratings that judge it.
bool only_for_train(std::string_view name) {
  constexpr std::array names{"model",        "threads",     "shards",       "resume",          "warm-start",
                             "retired-from", "all-ratings", "keep-moments", "checkpoint-every"};
  return std::ranges::find(names, name) != names.end();
}

GivenRange read_range(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    throw UserError(fmt::format("--range is '{}'; it must be OPTION=LOW:HIGH, OPTION=A|B|C or OPTION=VALUE", text));
  std::string name = text.substr(0, equals);
  if (name.starts_with("--")) name = name.substr(2);
  const std::string what = text.substr(equals + 1);
  const auto& table = train_options();
  const auto option = std::ranges::find(table, "--" + name, [](const auto& one) { return std::string(one.name); });
  if (option == table.end() || only_for_train(name)) {
    std::vector<std::string> names;
    for (const auto& one : table) {
      const std::string other = describe(one).long_name().substr(2);
      if (!only_for_train(other)) names.push_back(other);
    }
    const std::string nearest = nearest_word(name, names);
    throw UserError(fmt::format("--range: '{}' is no option that can be searched{}", name,
                                nearest.empty() || nearest == name ? "" : fmt::format("; did you mean {}?", nearest)));
  }
  const ValueKind kind = describe(*option).kind;
  GivenRange given{&*option, {name, kind, 0, 0, option->search.logarithmic, {}, {}}};
  const std::vector<std::string> ends = split(what, ':');
  if (ends.size() == 2 && (kind == ValueKind::number || kind == ValueKind::whole_number)) {
    given.dimension.low = checked(*option, ends[0]).get<double>();
    given.dimension.high = checked(*option, ends[1]).get<double>();
    if (given.dimension.low >= given.dimension.high)
      throw UserError(fmt::format("--range {}: the first value must be below the second", text));
    if (given.dimension.low <= 0) given.dimension.logarithmic = false;
    return given;
  }
  for (const std::string& word : split(what, '|')) given.dimension.values.push_back(checked(*option, word));
  return given;
}

bool listens(const ModelKind& kind, const Option<TrainSettings>& option) {
  if (std::ranges::any_of(kind.knobs, [&](const Knob& knob) { return knob.name == option.name; })) return true;
  if (std::holds_alternative<NamedMember<TrainSettings>>(option.member)) return false;
  return !kind.listens_to || std::ranges::find(*kind.listens_to, option.name) != kind.listens_to->end();
}

SearchSpace space_of(const ModelKind& kind, const std::vector<GivenRange>& given) {
  SearchSpace space;
  space.model = std::string(kind.name);
  for (const Option<TrainSettings>& option : train_options()) {
    if (!listens(kind, option)) continue;
    const auto said = std::ranges::find(given, &option, &GivenRange::option);
    if (said == given.end()) {
      if (auto dimension = declared(kind, option)) space.dimensions.push_back(std::move(*dimension));
    } else if (said->dimension.values.size() == 1) {
      space.fixed[said->dimension.option] = said->dimension.values.front();
    } else {
      space.dimensions.push_back(said->dimension);
    }
  }
  return space;
}

Json value_at(const Dimension& dimension, double at) {
  if (!dimension.values.empty()) {
    const auto count = static_cast<double>(dimension.values.size());
    return dimension.values[static_cast<std::size_t>(std::min(at * count, count - 1))];
  }
  const double value = dimension.logarithmic
                           ? std::exp(std::log(dimension.low) + at * (std::log(dimension.high) - std::log(dimension.low)))
                           : dimension.low + at * (dimension.high - dimension.low);
  if (!dimension.widths.empty()) {
    Json widths = Json::array();
    for (const std::int64_t width : dimension.widths)
      widths.push_back(std::max<std::int64_t>(1, std::llround(rounded(value * static_cast<double>(width)))));
    return widths;
  }
  const double near = std::clamp(rounded(value), dimension.low, dimension.high);
  if (dimension.kind == ValueKind::whole_number) return std::llround(near);
  return near;
}

std::string word_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) return fmt::format("{}", fmt::join(value.get<std::vector<std::int64_t>>(), ","));
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  return fmt::format("{}", value.get<double>());
}

}  // namespace

std::vector<SearchSpace> search_spaces(const std::string& models, std::span<const std::string> ranges) {
  std::vector<GivenRange> given;
  for (const std::string& text : ranges) {
    given.push_back(read_range(text));
    for (std::size_t i = 0; i + 1 < given.size(); ++i)
      if (given[i].option == given.back().option)
        throw UserError(fmt::format("--range names {} twice", given.back().dimension.option));
  }
  std::vector<SearchSpace> spaces;
  for (const std::string& name : split(models, ',')) {
    const ModelKind& kind = model_kind_in("--models", name);
    if (std::ranges::find(spaces, name, &SearchSpace::model) != spaces.end())
      throw UserError(fmt::format("--models has {} twice", name));
    spaces.push_back(space_of(kind, given));
  }
  for (const GivenRange& one : given) {
    const bool heard = std::ranges::any_of(spaces, [&](const SearchSpace& space) {
      return listens(model_kind(space.model), *one.option);
    });
    if (!heard)
      throw UserError(fmt::format("--range: --{} does nothing with {}; leave it out", one.dimension.option, models));
  }
  return spaces;
}

Json options_at(const SearchSpace& space, std::span<const double> point) {
  Json options = space.fixed;
  for (std::size_t d = 0; d < space.dimensions.size(); ++d)
    options[space.dimensions[d].option] = value_at(space.dimensions[d], point[d]);
  return options;
}

std::string words_of(const Json& options) {
  std::string words;
  for (const auto& [name, value] : options.items()) {
    if (!words.empty()) words += ' ';
    if (value.is_boolean())
      words += fmt::format("--{}{}", value.get<bool>() ? "" : "no-", name);
    else
      words += fmt::format("--{} {}", name, word_of(value));
  }
  return words;
}

}  // namespace encore
