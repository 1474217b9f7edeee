// What ease takes where nobody says: the rule, and when validation users change it.
#include "models/ease_choice.h"
#include <gtest/gtest.h>
#include <cmath>

namespace encore {
namespace {

/// Three users, whose items have 3, 2 and 1 of them: √((9 + 4 + 1) ÷ 6).
LikeMatrix three_users() { return like_matrix(3, {{0}, {0, 1}, {0, 1, 2}}); }

TEST(EaseChoice, RuleFollowsFromWhoLikedWhat) {
  const ChosenForm unsaid = usual_form(three_users(), {});
  EXPECT_EQ(unsaid.form.denoise, 0.33);
  EXPECT_EQ(unsaid.form.relax, 0.4);
  EXPECT_EQ(unsaid.form.balance, 0.25);
  double sum = 0, squares = 0;
  for (const auto& users : {std::vector{1.0, 2.0, 3.0}, {2.0, 3.0}, {3.0}}) {
    double item = 0;
    for (const double likes : users) item += std::pow(likes / 2, -0.25);
    sum += item, squares += item * item;
  }
  EXPECT_NEAR(unsaid.form.l2, 17 * std::sqrt(squares / sum), 1e-4);
  const ChosenForm said = usual_form(three_users(), {.l2 = 800});
  EXPECT_EQ(said.form.l2, 800);
  EXPECT_EQ(said.form.denoise + said.form.relax + said.form.balance, 0);
  const ChosenForm denoised = usual_form(three_users(), {.denoise = 0.5});
  EXPECT_EQ(denoised.form.relax + denoised.form.balance, 0);
  EXPECT_NEAR(denoised.form.l2, 17 * std::sqrt(14.0 / 6), 1e-9);
}

/// 40 users, of whom the first `against` lose what the others gain by a form.
JudgeForm judging(const std::function<double(const ClosedForm&)>& gain, std::size_t against) {
  return [=](const ClosedForm& form, const std::vector<double>& relaxes) {
    std::vector<std::vector<double>> quality;
    for (const double relax : relaxes) {
      ClosedForm with = form;
      with.relax = relax;
      quality.emplace_back(40);
      for (std::size_t u = 0; u < 40; ++u) quality.back()[u] = 0.3 + (u < against ? -1 : 1) * gain(with);
    }
    return quality;
  };
}

TEST(EaseChoice, ValidationUsersMoveItOnlyWhenTheyAreSure) {
  const ChosenForm usual{{100, 0.33, 0.4, 0.25}, "the rule"};
  const auto smaller = [](const ClosedForm& form) { return 0.01 * std::log2(100 / form.l2); };
  EXPECT_LT(form_for_validation_users(usual, {}, judging(smaller, 2)).form.l2, 50) << "sure, so it goes on beyond a half";
  EXPECT_GE(form_for_validation_users(usual, {}, judging(smaller, 2)).form.l2, 5);
  const ChosenForm unsure = form_for_validation_users(usual, {}, judging(smaller, 19));
  EXPECT_EQ(unsure.form.l2, 100) << "19 of 40 are against it";
  EXPECT_EQ(unsure.why, "the rule; no other setting is clearly better for the validation users");
  const auto unrelaxed = [](const ClosedForm& form) { return form.relax == 0.2 ? 0.02 : 0; };
  EXPECT_EQ(form_for_validation_users(usual, {}, judging(unrelaxed, 0)).form.relax, 0.2);
  const auto even = [](const ClosedForm& form) { return form.balance == 0.5 ? 0.02 : 0; };
  EXPECT_EQ(form_for_validation_users(usual, {}, judging(even, 0)).form.balance, 0.5);
  const ChosenForm said{{100, 0.5, 0, 0}, "λ by the rule"};
  const ClosedForm kept = form_for_validation_users(said, {.denoise = 0.5}, judging(even, 0)).form;
  EXPECT_EQ(kept.denoise, 0.5);
  EXPECT_EQ(kept.relax + kept.balance, 0) << "what was said, and what follows from it, stays";
}

}  // namespace
}  // namespace encore
