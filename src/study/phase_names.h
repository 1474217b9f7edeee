// The phases as the study names them, in their order.
#pragma once
#include <array>
#include <string_view>

namespace encore {

/// The first six are those of `encore prepare`, in its order.
inline constexpr std::array<std::string_view, 9> study_phases = {
    "data loading",
    "ratings data transformation",
    "movies data transformation",
    "data integration",
    "statistical analysis",
    "ratings arrays generation",
    "model training",
    "model evaluation",
    "recommendation testing",
};
inline constexpr std::size_t arrays_phase = 5, training_phase = 6, evaluation_phase = 7, recommendation_phase = 8;

}  // namespace encore
