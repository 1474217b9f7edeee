// Which λ, p, ξ and balance `ease` takes where nobody says: a rule of the data's, which was chosen on validation users of other
// splits than those that are judged (docs/results.md), and what the validation users at hand say against it. Not the closed
// form itself (linear/closed_form.h).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "linear/closed_form.h"

namespace encore {

/// What the options say; below 0: nothing.
struct SaidForm {
  double l2 = -1, denoise = -1, relax = -1, balance = -1;
};

struct ChosenForm {
  ClosedForm form;
  std::string why;
};

/// The rule: with nothing said p = .33, ξ = .4, balance = .25; with anything said they are 0 unless they are said themselves. λ is
/// 17·√(ΣG[j][j]² ÷ ΣG[j][j]), at most 500: the square root of how many users stand behind the film of a like.
ChosenForm usual_form(const LikeMatrix&, const SaidForm&);

/// NDCG@100 of each validation user, for several ξ at once: [relaxes][users].
using JudgeForm = std::function<std::vector<std::vector<double>>(const ClosedForm&, const std::vector<double>& relaxes)>;

/// λ halved and doubled, and again on the side that is better; then, with nothing said, the balance, and ξ all the while. Another
/// form than `usual` is taken only where its gain, user by user, is greater than twice its standard error: a few dozen users say
/// little.
ChosenForm form_for_validation_users(const ChosenForm& usual, const SaidForm&, const JudgeForm& judge);

}  // namespace encore
