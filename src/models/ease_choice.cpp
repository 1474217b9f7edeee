// The rule and the search.
#include "models/ease_choice.h"

#include <cmath>
#include <optional>

namespace encore {
namespace {

constexpr double usual_denoise = 0.33, usual_relax = 0.4, usual_balance = 0.25;

bool nothing_said(const SaidForm& said) { return said.l2 < 0 && said.denoise < 0 && said.relax < 0 && said.balance < 0; }

double usual_l2(const LikeMatrix& likes) {
  double sum = 0, squares = 0;
  for (std::int64_t j = 0; j < likes.items; ++j) {
    const double users = likes.weight_of_item(j);
    sum += users, squares += users * users;
  }
  return sum > 0 ? std::min(500.0, 17 * std::sqrt(squares / sum)) : 1;
}

/// What is sure of the gain: the mean of the differences less twice its standard error; a dozen forms are tried, and the luckiest of
/// a dozen is one standard error ahead by chance.
double sure_gain(const std::vector<double>& one, const std::vector<double>& other) {
  double sum = 0, squares = 0;
  for (std::size_t u = 0; u < one.size(); ++u) {
    const double gain = one[u] - other[u];
    sum += gain, squares += gain * gain;
  }
  const auto n = static_cast<double>(one.size());
  if (n < 2) return -1;
  const double mean = sum / n, variance = std::max(0.0, squares - n * mean * mean) / (n - 1);
  return mean - 2 * std::sqrt(variance / n);
}

class Search {
 public:
  Search(const ClosedForm& usual, const JudgeForm& judge, bool relaxes) : judge_(judge), best_(usual) {
    relaxes_ = {usual.relax};
    if (relaxes)
      for (const double other : {0.2, 0.6}) relaxes_.push_back(other);
  }
  /// Whether one of its ξ is the best so far.
  bool try_form(ClosedForm form) {
    bool better = false;
    const auto quality = judge_(form, relaxes_);
    for (std::size_t x = 0; x < relaxes_.size(); ++x) {
      if (usual_quality_.empty()) {
        usual_quality_ = quality[x];
        continue;
      }
      const double gain = sure_gain(quality[x], usual_quality_);
      if (gain <= best_gain_) continue;
      form.relax = relaxes_[x];
      best_ = form, best_gain_ = gain, better = true;
    }
    return better;
  }
  const ClosedForm& best() const { return best_; }
  bool moved() const { return best_gain_ > 0; }

 private:
  const JudgeForm& judge_;
  std::vector<double> relaxes_;
  ClosedForm best_;
  double best_gain_ = 0;
  std::vector<double> usual_quality_;
};

}  // namespace

ChosenForm usual_form(const LikeMatrix& likes, const SaidForm& said) {
  const bool nothing = nothing_said(said);
  const auto or_usual = [&](double value, double usual) { return value >= 0 ? value : nothing ? usual : 0; };
  ClosedForm form{said.l2, or_usual(said.denoise, usual_denoise), or_usual(said.relax, usual_relax),
                  or_usual(said.balance, usual_balance)};
  if (said.l2 >= 0) return {form, "as given"};
  LikeMatrix weighted = likes;
  weigh_users(weighted, form.balance);
  form.l2 = usual_l2(weighted);
  return {form, "λ from how many users liked the films"};
}

ChosenForm form_for_validation_users(const ChosenForm& usual, const SaidForm& said, const JudgeForm& judge) {
  const bool nothing = nothing_said(said);
  Search search(usual.form, judge, nothing);
  search.try_form(usual.form);
  for (const double factor : {0.5, 2.0}) {
    ClosedForm form = usual.form;
    do form.l2 *= factor;
    while (search.try_form(form) && form.l2 > usual.form.l2 / 10 && form.l2 < usual.form.l2 * 10);
  }
  const ClosedForm so_far = search.best();
  for (const double balance : nothing ? std::vector<double>{0, 0.5} : std::vector<double>{}) {
    ClosedForm form = so_far;
    form.balance = balance;
    search.try_form(form);
  }
  if (search.moved()) return {search.best(), "the best of several for the validation users"};
  return {usual.form, usual.why + "; no other setting is clearly better for the validation users"};
}

}  // namespace encore
