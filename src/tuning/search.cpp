// Brackets of trials, rung by rung.
#include "tuning/search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tuning/sampler.h"

namespace encore {
namespace {

constexpr std::int64_t bracket = 9;
constexpr int attempts = 50;  ///< to find a setting that was not tried yet

class Search {
 public:
  Search(const std::vector<SearchSpace>& spaces, const SearchRules& rules, const RunTrials& run)
      : spaces_(spaces), rules_(rules), run_(run) {}

  std::vector<Trial> run() {
    while (std::ssize(trials_) < rules_.trials) {
      const std::size_t first = trials_.size();
      propose();
      if (trials_.size() == first) break;  // every setting of these spaces has been tried
      std::vector<std::size_t> fresh;
      for (std::size_t t = first; t < trials_.size(); ++t) fresh.push_back(t);
      if (!go_on(fresh, 0)) break;
      bool answered = true;
      for (int rung = 1; rung <= last_rung && answered; ++rung) answered = go_on(promoted_to(rung), rung);
      if (!answered) break;
    }
    return std::move(trials_);
  }

 private:
  /// The more, the better; the worst for a trial that failed or says nothing.
  double worth(const Trial& trial, std::size_t rung) const {
    const TrialAnswer& answer = trial.answers[rung];
    if (!answer.failure.empty() || !answer.value) return -std::numeric_limits<double>::infinity();
    return rules_.less_is_better ? -*answer.value : *answer.value;
  }

  /// Who went further comes first, then who was better there.
  std::vector<std::size_t> in_order() const {
    std::vector<std::size_t> order;
    for (std::size_t t = 0; t < trials_.size(); ++t)
      if (!trials_[t].answers.empty()) order.push_back(t);
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
      const auto rank = [&](std::size_t t) { return trials_[t].finished() ? last_rung : static_cast<int>(trials_[t].answers.size()) - 1; };
      if (rank(a) != rank(b)) return rank(a) > rank(b);
      return worth(trials_[a], trials_[a].answers.size() - 1) > worth(trials_[b], trials_[b].answers.size() - 1);
    });
    return order;
  }

  void propose() {
    const std::vector<std::size_t> order = in_order();
    const std::int64_t count = std::min(bracket, rules_.trials - std::ssize(trials_));
    for (std::int64_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::size_t>(trials_.size());
      if (number < spaces_.size()) {
        trials_.push_back({std::ssize(trials_) + 1, number, true, {}, spaces_[number].fixed, {}});
        continue;
      }
      SearchRandom random(rules_.seed, number);
      for (int attempt = 0; attempt < attempts; ++attempt) {
        Trial trial = drawn(order, random);
        const bool known = std::ranges::any_of(trials_, [&](const Trial& other) {
          return other.space == trial.space && other.options == trial.options;
        });
        if (known) continue;
        trials_.push_back(std::move(trial));
        break;
      }
    }
  }

  Trial drawn(const std::vector<std::size_t>& order, SearchRandom& random) const {
    Trial trial;
    trial.number = std::ssize(trials_) + 1;
    std::vector<std::size_t> kinds;
    for (const std::size_t t : order) kinds.push_back(trials_[t].space);
    // In the first bracket the kinds take turns.
    trial.space = order.empty() || !rules_.learns ? trials_.size() % spaces_.size() : tpe_choice(kinds, spaces_.size(), random);
    const SearchSpace& space = spaces_[trial.space];
    std::vector<std::vector<double>> points;
    for (const std::size_t t : order)
      if (trials_[t].space == trial.space && !trials_[t].defaults) points.push_back(trials_[t].point);
    trial.point = rules_.learns ? tpe_point(points, space.dimensions.size(), random)
                                : random_point(space.dimensions.size(), random);
    trial.options = options_at(space, trial.point);
    return trial;
  }

  /// The best third, of each kind, of those judged at the rung below, as far as they have not gone on yet.
  std::vector<std::size_t> promoted_to(int rung) const {
    const auto below = static_cast<std::size_t>(rung) - 1;
    std::vector<std::size_t> chosen;
    for (std::size_t space = 0; space < spaces_.size(); ++space) {
      std::vector<std::size_t> judged;
      for (std::size_t t = 0; t < trials_.size(); ++t)
        if (trials_[t].space == space && trials_[t].answers.size() > below) judged.push_back(t);
      std::ranges::stable_sort(judged, [&](std::size_t a, std::size_t b) { return worth(trials_[a], below) > worth(trials_[b], below); });
      const std::size_t third = (judged.size() + 2) / 3;
      for (std::size_t place = 0; place < judged.size(); ++place) {
        const Trial& trial = trials_[judged[place]];
        const bool stands_here = trial.answers.size() == below + 1 && !trial.finished() && !trial.failed();
        if (stands_here && (place < third || trial.defaults)) chosen.push_back(judged[place]);
      }
    }
    std::ranges::sort(chosen);
    return chosen;
  }

  /// Whether all of them were answered.
  bool go_on(const std::vector<std::size_t>& which, int rung) {
    if (which.empty()) return true;
    std::vector<TrialRequest> requests;
    for (const std::size_t t : which)
      requests.push_back({trials_[t].number, rung, spaces_[trials_[t].space].model, trials_[t].options, rules_.metric});
    const auto answers = run_(requests);
    bool all = true;
    for (std::size_t i = 0; i < which.size(); ++i) {
      if (answers[i])
        trials_[which[i]].answers.push_back(*answers[i]);
      else
        all = false;
    }
    return all;
  }

  const std::vector<SearchSpace>& spaces_;
  const SearchRules& rules_;
  const RunTrials& run_;
  std::vector<Trial> trials_;
};

}  // namespace

double Trial::seconds() const {
  double sum = 0;
  for (const TrialAnswer& answer : answers) sum += answer.seconds;
  return sum;
}

std::vector<Trial> search(const std::vector<SearchSpace>& spaces, const SearchRules& rules, const RunTrials& run) {
  return Search(spaces, rules, run).run();
}

const Trial* winner_of(const std::vector<Trial>& trials, bool less_is_better) {
  const Trial* best = nullptr;
  for (const Trial& trial : trials) {
    if (!trial.finished() || trial.failed() || !trial.answers.back().value) continue;
    const double value = *trial.answers.back().value;
    if (best == nullptr || (less_is_better ? value < *best->answers.back().value : value > *best->answers.back().value))
      best = &trial;
  }
  return best;
}

const Trial* defaults_of(const std::vector<Trial>& trials, std::size_t space) {
  for (const Trial& trial : trials)
    if (trial.space == space && trial.defaults && trial.finished() && !trial.failed()) return &trial;
  return nullptr;
}

}  // namespace encore
