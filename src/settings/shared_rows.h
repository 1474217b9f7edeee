// Rows that the tables of several commands share, so that name, range and sentence stand once. Not a command's own
// rows.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include "settings/option.h"

namespace encore {

template <class Settings>
Option<Settings> model_folder_row(std::string Settings::*member) {
  return {.name = "MODEL",
          .member = member,
          .value_name = "",
          .sentence = "A model folder, as `encore train` writes it.",
          .required = true};
}

template <class Settings>
Option<Settings> fold_row(std::string Settings::*member) {
  return {.name = "--fold",
          .member = member,
          .value_name = "FOLD",
          .sentence = "The held-out users to judge on; settings are chosen on validation users, never on test users.",
          .choices = {"test", "validation"}};
}

/// `--threads` of the commands whose results do not depend on it (`train` has shards too and a sentence of its own).
template <class Settings>
Option<Settings> threads_row(std::optional<std::int64_t> Settings::*member, std::string_view group = "Options") {
  return {.name = "--threads",
          .member = member,
          .value_name = "N",
          .sentence = "Threads to work with; the result does not depend on them.",
          .low = 1,
          .high = 1024,
          .default_text = "what the processor and the container allow",
          .group = group};
}

}  // namespace encore
