// The open questions of the study, answered in a few sentences whose numbers all come from the run.
#pragma once
#include <nlohmann/json.hpp>

namespace encore {

/// [{`id`, `question`, `text`}] from the other parts of results.json. A question that the run does not answer says what
/// has to be run.
nlohmann::ordered_json answers_of(const nlohmann::ordered_json& results);

}  // namespace encore
