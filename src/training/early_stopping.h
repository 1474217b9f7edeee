// What validation users say of a training: which epoch is the best, and whether another may still be better. All of it
// follows from the history, so a training that was stopped and goes on decides as an undisturbed one. Not the
// measuring (epoch_runner.h) and not the copy of the best weights (epoch_loop.h).
#pragma once
#include <cstdint>
#include <optional>

#include "network/architecture.h"
#include "training/history.h"

namespace encore {

enum class StopOn : std::uint8_t { validation_loss, ndcg };

/// What a model is stopped on unless the user says otherwise: the loss where ratings are predicted, the ranking where
/// films are ranked; a loss may be best long before the ranking is.
StopOn usual_stop_on(const Architecture&);

/// Epochs of a round, which patience counts: the fewest that make `steps_a_round` steps. Single epochs of a small
/// dataset are a handful of steps, and what they are worth on few validation users goes up and down by chance.
inline constexpr std::int64_t steps_a_round = 50;
std::int64_t epochs_of_a_round(std::int64_t training_users, std::int64_t batch_size);

/// Rounds without improvement after which a training with validation users ends by itself, and the most epochs that it
/// then takes.
inline constexpr std::int64_t usual_patience = 5, most_epochs = 1000;

/// How good an epoch was, the more the better; nothing when it was not measured.
std::optional<double> worth(const EpochRecord&, StopOn);

/// The first epoch of the highest worth; 0 when none was measured.
std::int64_t best_epoch_of(const History&, StopOn);

/// Whether the mean worth of the last `round` epochs has not risen for `patience` rounds.
bool patience_is_over(const History&, StopOn, std::int64_t patience, std::int64_t round);

}  // namespace encore
