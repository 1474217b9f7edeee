// Likes to everybody; λ from the first process, which alone asks the validation users; then everybody's rows.
#include "models/shared_ease.h"

#include <fmt/format.h>

#include <new>

#include "console/table.h"
#include "linear/linear_part.h"
#include "linear/shared_form.h"
#include "models/ease_form.h"
#include "models/one_process.h"
#include "models/shared_ratings.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/resources.h"

namespace encore {
namespace {

class SharedEaseFit final : public OneStepFit {
 public:
  explicit SharedEaseFit(const FitContext& context) : OneStepFit(context), sharers_(sharers_of(context.world)) {
    require_memory();
  }
  std::string description() const override {
    return fmt::format("{} × {} weights, {} of memory in each of {} processes", with_thousands(items()), with_thousands(items()),
                       readable_bytes(bytes()), sharers_.processes);
  }
  std::string outcome() const override { return outcome_; }

 private:
  std::int64_t items() const { return context_.dataset.items.size(); }
  std::int64_t training_users() const { return std::ssize(context_.dataset.users_in(Fold::train)); }
  std::int64_t bytes() const { return shared_form_bytes(items(), training_users(), sharers_.processes); }
  std::int64_t kept_weights() const { return context_.plan.whole("keep"); }

  void require_memory() const {
    if (const std::int64_t available = free_memory(); bytes() > available) refuse(available);
  }

  [[noreturn]] void refuse(std::int64_t available) const {
    throw UserError(fmt::format("--model ease needs {} in each of {} workers for {} films (their share of {}² · 4 bytes and what they "
                                "work with), and worker {} has {}; take more workers, which need less each, or --model elsa, or prepare "
                                "with --min-item-ratings so that fewer films are left",
                                readable_bytes(bytes()), sharers_.processes, with_thousands(items()), with_thousands(items()),
                                sharers_.process, readable_bytes(available)));
  }

  /// The others hear at once of an error that is this process's alone.
  std::shared_ptr<const Model> made() override {
    try {
      return shared();
    } catch (const std::exception& error) {
      context_.world.of(0).abort(error.what());
      throw;
    }
  }

  std::shared_ptr<const Model> shared() {
    LikeMatrix likes = shared_likes(context_, sharers_);
    require_likes(likes);
    require_memory();  // once more: how much everybody's likes take is known now
    const ChosenForm chosen = decided(likes);
    outcome_ = ease_outcome(chosen);
    weigh_users(likes, chosen.form.balance);
    try {
      return solved(likes, chosen);
    } catch (const std::bad_alloc&) {
      refuse(free_memory());
    }
  }

  std::shared_ptr<const Model> solved(const LikeMatrix& likes, const ChosenForm& chosen) {
    const ClosedForm& form = chosen.form;
    const int threads = context_.plan.threads;
    SharedGram gram = solve_shared(likes, form.l2, form.denoise, kept_weights() == 0 ? Side::rows : Side::columns, sharers_, threads,
                                   [&](std::int64_t step) {
                                     context_.world.set_step(1, step + 1);
                                     if (const int signal = interruption_requested(); signal != 0)
                                       throw Interrupted(signal, "stopped; --model ease starts again from nothing");
                                   });
    if (kept_weights() > 0)
      return part_of_sparse(largest_of_own_columns(gram, form.relax, kept_weights(), threads), gram.inverse.first, items(),
                            ease_architecture(chosen, kept_weights()));
    finish_rows(gram, form.relax, sharers_, threads);
    return part_of_dense(std::move(gram.inverse), ease_architecture(chosen, 0));
  }

  /// Only the first process decides, and says it as JSON, which has every bit of a number.
  ChosenForm decided(const LikeMatrix& likes) const {
    if (!asks_validation_users(likes, context_.plan)) return usual_ease_form(likes, context_.plan);
    const Dataset validation = shared_validation(context_, sharers_);
    std::string words;
    if (sharers_.process == 0) {
      require_room_to_ask();
      const ChosenForm found = ease_form(likes, validation, context_.plan);
      const ClosedForm& form = found.form;
      words = CheckedJson{{"l2", form.l2},           {"denoise", form.denoise}, {"relax", form.relax},
                          {"balance", form.balance}, {"why", found.why}}
                  .dump();
    }
    const auto said = sharers_.gather(std::as_bytes(std::span(words))).front();
    const auto* text = reinterpret_cast<const char*>(said.data());
    const CheckedJson json = CheckedJson::parse(text, text + said.size());
    return {{json.at("l2"), json.at("denoise"), json.at("relax"), json.at("balance")}, json.at("why")};
  }

  /// Judging takes all of the matrix. It is small, or there are few users.
  void require_room_to_ask() const {
    const std::int64_t whole = closed_form_bytes(items(), training_users()), available = free_memory();
    if (whole <= available) return;
    throw UserError(fmt::format("--model ease tries its settings on the validation users in one worker, which needs {} for {} films, and "
                                "there are {}; give --l2, and what is left to do is shared among the workers",
                                readable_bytes(whole), with_thousands(items()), readable_bytes(available)));
  }

  const Sharers sharers_;
  std::string outcome_;
};

}  // namespace

std::unique_ptr<Fit> begin_shared_ease(const FitContext& context) { return std::make_unique<SharedEaseFit>(context); }

}  // namespace encore
