// blend: trains models of several kinds, each with its own defaults, and chooses their weights on validation users.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/blend_model.h"
#include "models/blend_weights.h"
#include "models/one_process.h"
#include "models/plan.h"
#include "models/table.h"
#include "process/error.h"
#include "training/part_file.h"

namespace encore {
namespace {

/// Without validation users: of ease, elsa and mult-dae, in this order; of other numbers of parts all alike.
std::vector<double> usual_weights(std::size_t parts) {
  if (parts == 3) return {0.4, 0.4, 0.2};
  return std::vector<double>(parts, 1 / static_cast<double>(parts));
}

std::vector<std::string> names_of_parts(const std::string& list) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    names.push_back(list.substr(at, comma - at));
    at = comma + 1;
    const ModelKind& kind = model_kind_in("--parts", names.back());
    if (kind.name == "blend" || kind.architecture.input != Input::binary)
      throw UserError(fmt::format("--parts cannot have {}; its parts are models of likes", kind.name));
    if (std::count(names.begin(), names.end(), names.back()) > 1)
      throw UserError(fmt::format("--parts has {} twice", kind.name));
  }
  if (names.size() < 2) throw UserError("--parts needs two kinds of models at least, for example ease,elsa");
  return names;
}

class BlendFit final : public Fit {
 public:
  explicit BlendFit(const FitContext& context) : context_(context), names_(names_of_parts(context.plan.text("parts"))) {
    require_one_process(context, "blend");
    const auto users = static_cast<std::int64_t>(context.dataset.users_in(Fold::train).size());
    const auto validation_users = static_cast<std::int64_t>(context.dataset.users_in(Fold::validation).size());
    for (const std::string& name : names_) {
      TrainSettings settings;
      settings.model = name;
      settings.threads = context.plan.threads, settings.shards = context.plan.shards;
      if (name != "ease" && name != "item-knn" && name != "popularity") settings.seed = static_cast<std::int64_t>(context.plan.seed);
      plans_.push_back(plan_training(settings, users, validation_users));
    }
    begin_part();
  }
  bool finished() const override { return model_ != nullptr; }
  /// A step of the part at hand; behind the last one, the weights.
  bool step(const std::function<void(double)>& on_users) override {
    if (!part_->finished()) {
      if (!part_->step(on_users)) return false;
      ++steps_;
      if (!part_->finished()) return true;
    }
    if (!part_->outcome().empty()) said_ += fmt::format("{}: {}\n", names_[parts_.size()], part_->outcome());
    parts_.push_back({part_->model(), 0});
    if (parts_.size() < names_.size()) {
      begin_part();
    } else {
      part_.reset();
      weigh();
    }
    return true;
  }
  FitRecord record() const override { return {steps_, steps_, 0}; }
  std::string description() const override { return fmt::format("{}", fmt::join(names_, " + ")); }
  std::string outcome() const override { return said_; }
  double users() const override { return static_cast<double>(context_.dataset.users_in(Fold::train).size()); }
  std::shared_ptr<const Model> model() const override { return model_; }
  void save_part(const std::filesystem::path& file, int process) const override {
    write_empty_state_part(file, context_.plan, context_.dataset.fingerprint, process);
  }
  void load_parts(const std::vector<std::filesystem::path>&, int) override {}

 private:
  void begin_part() {
    const std::size_t p = parts_.size();
    part_ = begin_fit({context_.dataset, plans_[p], context_.world});
  }

  void weigh() {
    const bool judges = ranking_users(context_.dataset) > 0;
    std::vector<std::shared_ptr<const Model>> models;
    for (const BlendPart& part : parts_) models.push_back(part.model);
    const std::vector<double> weights = judges ? weights_for_validation_users(models, context_.dataset, context_.plan.threads)
                                               : usual_weights(parts_.size());
    for (std::size_t p = 0; p < parts_.size(); ++p) parts_[p].weight = weights[p];
    model_ = blend_model(parts_);
    said_ += "weights:";
    for (std::size_t p = 0; p < parts_.size(); ++p) said_ += fmt::format(" {} {:.2g}", names_[p], parts_[p].weight);
    said_ += judges ? ", chosen on validation users" : ", as usual: there are no validation users";
  }

  FitContext context_;
  std::vector<std::string> names_;
  std::vector<TrainingPlan> plans_;
  std::unique_ptr<Fit> part_;
  std::vector<BlendPart> parts_;
  std::int64_t steps_ = 0;
  std::string said_;
  std::shared_ptr<const Model> model_;
};

std::shared_ptr<const Model> open_part(const std::string& kind, const ModelSource& source) {
  return model_kind(kind).open(source);
}

}  // namespace

ModelKind blend_kind() {
  return {.name = "blend",
          .sentence = "Several models as one: their standardised scores, with weights chosen on validation users.",
          .manner = "whose parts are trained with their own defaults",
          .architecture = {.model = "blend", .input = Input::binary, .input_dropout = 0, .hidden = {}},
          .training = {.learning_rate = 0, .epsilon = 0, .weight_decay = 0, .batch_size = 1, .epochs = 0},
          .knobs = {{.name = "--parts",
                     .value_name = "NAME,NAME,…",
                     .sentence = "The kinds of models that are blended.",
                     .usual = std::string("ease,elsa,mult-dae")}},
          .listens_to = std::vector<std::string_view>{"--seed"},
          .one_process = true,
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<BlendFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_blend(source, open_part); },
          .cannot_grow = "a blend weighs its parts by the spread of their scores over all films, so that a new film would move everybody's "
                         "ranking; add films to a model of one kind, for example ease"};
}

}  // namespace encore
