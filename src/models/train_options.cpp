// The table of the options of `encore train`: those of all kinds, then what single kinds have of their own.
#include "models/train_options.h"

#include <deque>
#include <set>

#include <fmt/format.h>

#include "kernel/kernels.h"
#include "models/choice.h"
#include "network/architecture.h"
#include "training/output_products.h"
#include "training/training_plan.h"

namespace encore {
namespace {

using S = TrainSettings;
constexpr std::string_view network = "Network", learning = "Learning", stopping = "Stopping and going on",
                           machine = "Machine";
constexpr std::string_view models_own = "the model's own";

std::vector<std::string_view> precisions() {
  std::vector<std::string_view> names = precision_names();
  names.push_back(automatic_precision);
  return names;
}

std::vector<std::string_view> names_of(std::span<const ModelKind> kinds) {
  std::vector<std::string_view> names{automatic};
  for (const ModelKind& kind : kinds) names.push_back(kind.name);
  return names;
}

std::vector<std::string_view> device_names() {
  std::vector<std::string_view> names;
  for (const auto& device : kernel::devices()) names.push_back(device.device);
  return names;
}

OptionTable<S> shared_options(std::span<const ModelKind> kinds) {
  return {
      {.name = "DATASET",
       .member = &S::dataset,
       .value_name = "",
       .sentence = "The dataset folder that `encore prepare` wrote.",
       .required = true},
      {.name = "-o,--output",
       .member = &S::output,
       .value_name = "MODEL",
       .sentence = "The model folder to write; an older model there is replaced when the training is done.",
       .required = true},
      {.name = "--model",
       .member = &S::model,
       .value_name = "NAME",
       .sentence = "What kind of model; docs/models.md says what each of them is. auto: ease, elsa above 25,000 films or where the memory "
                   "is too small for ease, and another one where options are given that these do not know.",
       .choices = names_of(kinds),
       .default_text = automatic},
      {.name = "--hidden",
       .member = &S::hidden,
       .value_name = "N,N,…",
       .sentence = "Widths of the hidden layers.",
       .low = 1,
       .high = 16384,
       .default_text = models_own,
       .group = network,
       .search = {.low = 0.5, .high = 3, .logarithmic = true, .times_usual = true}},
      {.name = "--input",
       .member = &S::input,
       .value_name = "KIND",
       .sentence = "What goes in: ratings divided by the scale's maximum, 1 for each liked film, or channels: that, and apart from "
                   "it what was seen or disliked.",
       .choices = input_names(),
       .default_text = models_own,
       .group = network},
      {.name = "--normalise",
       .member = &S::normalise,
       .value_name = "",
       .sentence = "Divide each user's input by its length.",
       .default_text = models_own,
       .group = network},
      {.name = "--dropout",
       .member = &S::dropout,
       .value_name = "P",
       .sentence = "Share of the input that is hidden in training.",
       .low = 0,
       .high = 0.99,
       .default_text = models_own,
       .group = network,
       .search = {.low = 0, .high = 0.8}},
      {.name = "--activation",
       .member = &S::activation,
       .value_name = "NAME",
       .sentence = "Activation of the hidden layers.",
       .choices = activation_names(),
       .default_text = models_own,
       .group = network},
      {.name = "--output-activation",
       .member = &S::output_activation,
       .value_name = "NAME",
       .sentence = "Activation of the output layer.",
       .choices = output_names(),
       .default_text = models_own,
       .group = network},
      {.name = "--loss",
       .member = &S::loss,
       .value_name = "NAME",
       .sentence = "What is minimised; not every loss goes with every output.",
       .choices = loss_names(),
       .default_text = models_own,
       .group = network},
      {.name = "--epochs",
       .member = &S::epochs,
       .value_name = "N",
       .sentence = "Passes over the training users, at most.",
       .low = 1,
       .high = 1'000'000,
       .default_text = models_own,
       .group = learning},
      {.name = "--batch-size",
       .member = &S::batch_size,
       .value_name = "N",
       .sentence = "Users in one step.",
       .low = 1,
       .high = 65536,
       .default_text = models_own,
       .group = learning,
       .search = {.low = 0.25, .high = 4, .logarithmic = true, .times_usual = true}},
      {.name = "--negatives",
       .member = &S::negatives,
       .value_name = "N",
       .sentence = "Train on a sampled softmax: in each step over about N films, drawn half evenly and half by popularity, not over the "
                   "catalogue. For catalogues of hundreds of thousands of films.",
       .low = 1,
       .high = 1e9,
       .default_text = "every film in every step",
       .group = learning},
      {.name = "--learning-rate",
       .member = &S::learning_rate,
       .value_name = "X",
       .sentence = "Adam's step size.",
       .low = 1e-12,
       .high = 10,
       .default_text = models_own,
       .group = learning,
       .search = {.low = 0.1, .high = 10, .logarithmic = true, .times_usual = true}},
      {.name = "--epsilon",
       .member = &S::epsilon,
       .value_name = "X",
       .sentence = "Adam's ε, outside the root as in Keras.",
       .low = 1e-12,
       .high = 1,
       .default_text = models_own,
       .group = learning},
      {.name = "--weight-decay",
       .member = &S::weight_decay,
       .value_name = "X",
       .sentence = "λ of L2 on the weights: gradient + 2λ·weight.",
       .low = 0,
       .high = 1,
       .default_text = models_own,
       .group = learning,
       .search = {.low = 0.03, .high = 30, .logarithmic = true, .times_usual = true}},
      {.name = "--seed",
       .member = &S::seed,
       .value_name = "N",
       .sentence = "Decides initial weights, order of users and dropout.",
       .low = 0,
       .high = 9.0e15,
       .default_text = "42",
       .group = learning},
      {.name = "--loss-after-epoch",
       .member = &S::loss_after_epoch,
       .value_name = "",
       .sentence = "Measure the training loss with a full pass after each epoch, not as the running mean.",
       .group = learning},
      {.name = "--warm-start",
       .member = &S::warm_start,
       .value_name = "MODEL",
       .sentence = "Start from this model's weights; films are matched by their ids, new ones start fresh.",
       .default_text = "fresh weights",
       .group = learning},
      {.name = "--patience",
       .member = &S::patience,
       .value_name = "N",
       .sentence = "Stop after this many rounds without improvement on validation users; a round is an epoch, or on "
                   "small data as many as make 50 steps. 0: all epochs. The best epoch is kept.",
       .low = 0,
       .high = 1'000'000,
       .default_text = "5 with validation users, unless --epochs says how many",
       .group = stopping},
      {.name = "--stop-on",
       .member = &S::stop_on,
       .value_name = "WHAT",
       .sentence = "What has to improve on validation users, and the best epoch is the best of.",
       .choices = stop_on_names(),
       .default_text = "ndcg@100, validation-loss where ratings are predicted",
       .group = stopping},
      {.name = "--checkpoint-every",
       .member = &S::checkpoint_every,
       .value_name = "N",
       .sentence = "Write a checkpoint after every N epochs; 0: only when stopped with Ctrl-C.",
       .low = 0,
       .high = 1'000'000,
       .group = stopping},
      {.name = "--all-ratings",
       .member = &S::all_ratings,
       .value_name = "",
       .sentence = "Train on what is held out too, for a model to be used and not judged: nothing is left to judge it "
                   "on."},
      {.name = "--resume",
       .member = &S::resume,
       .value_name = "",
       .sentence = "Go on from the last checkpoint in MODEL; the result has the same bits as without the stop.",
       .group = stopping},
      {.name = "--retired-from",
       .member = &S::retired_from,
       .value_name = "MODEL",
       .sentence = "Films that are retired in this model (`encore items retire`) are retired in the new one, by their ids.",
       .default_text = "the model of --warm-start, and the one that is replaced",
       .group = learning},
      {.name = "--keep-moments",
       .member = &S::keep_moments,
       .value_name = "",
       .sentence =
           "Keep the last checkpoint in the finished model, for a later --warm-start or --resume with more --epochs.",
       .group = stopping},
      {.name = "--threads",
       .member = &S::threads,
       .value_name = "N",
       .sentence = "How many shards compute at the same time.",
       .low = 1,
       .high = 1024,
       .default_text = "what the processor and the container allow",
       .group = machine},
      {.name = "--shards",
       .member = &S::shards,
       .value_name = "N",
       .sentence = "Into how many ranks the films (with --parallel items) or the users (otherwise) are cut.",
       .low = 1,
       .high = 1024,
       .default_text = "as many as threads",
       .group = machine},
      {.name = "--parallel",
       .member = &S::parallel,
       .value_name = "MODE",
       .sentence = "How ranks share the work; see docs/parallel.md.",
       .choices = parallel_names(),
       .default_text = "items",
       .group = machine},
      {.name = "--sync-every",
       .member = &S::sync_every,
       .value_name = "WHEN",
       .sentence = "With --parallel elephas: one average a fit or an epoch.",
       .choices = {"fit", "epoch"},
       .default_text = "epoch",
       .group = machine},
      {.name = "--push-every",
       .member = &S::push_every,
       .value_name = "WHEN",
       .sentence = "With --parallel async: how often workers push their change.",
       .choices = {"epoch", "batch"},
       .default_text = "epoch",
       .group = machine},
      {.name = "--lock",
       .member = &S::lock,
       .value_name = "",
       .sentence = "With --parallel async: one worker at a time pulls or pushes.",
       .group = machine},
      {.name = "--block-items",
       .member = &S::block_items,
       .value_name = "N",
       .sentence = "Films in a block; it fixes the order of all sums, so another size gives other bits.",
       .low = 16,
       .high = 4096,
       .default_text = "128",
       .group = machine},
      {.name = "--device",
       .member = &S::device,
       .value_name = "NAME",
       .sentence = "The kernels to compute with; `reference` is plain and slow.",
       .choices = device_names(),
       .default_text = "cpu",
       .group = machine},
      {.name = "--precision",
       .member = &S::precision,
       .value_name = "NAME",
       .sentence = "How the output layer multiplies: bf16 rounds what goes into its products, and nothing else; auto takes bf16 where this "
                   "processor is faster with it, else f32.",
       .choices = precisions(),
       .default_text = "f32",
       .group = machine},
  };
}

/// Rows hold views of their texts, so what is put together here has to live as long as the program.
std::string_view kept(std::string text) {
  static std::deque<std::string> texts;
  return texts.emplace_back(std::move(text));
}

NamedType type_of(const NamedValue& value) {
  if (std::holds_alternative<double>(value)) return NamedType::number;
  return std::holds_alternative<std::int64_t>(value) ? NamedType::whole_number : NamedType::text;
}

std::string text_of(const NamedValue& value) {
  return std::visit([](const auto& one) { return fmt::format("{}", one); }, value);
}

/// One row for each name: kinds that share an option mean the same by it.
void add_knobs(OptionTable<S>& table, std::span<const ModelKind> kinds) {
  for (const ModelKind& kind : kinds) {
    for (const Knob& knob : kind.knobs) {
      if (std::ranges::any_of(table, [&](const Option<S>& option) { return option.name == knob.name; })) continue;
      std::string of, each;
      std::set<std::string> usual;
      for (const ModelKind& other : kinds) {
        for (const Knob& same : other.knobs) {
          if (same.name != knob.name) continue;
          const std::string here = same.default_text.empty() ? text_of(same.usual) : std::string(same.default_text);
          of += fmt::format("{}{}", of.empty() ? "" : ", ", other.name);
          each += fmt::format("{}{}: {}", each.empty() ? "" : "; ", other.name, here);
          usual.insert(here);
        }
      }
      table.push_back({.name = knob.name,
                       .member = NamedMember<S>{&S::knobs, type_of(knob.usual)},
                       .value_name = knob.value_name,
                       .sentence = kept(fmt::format("{} For {}.", knob.sentence, of)),
                       .low = knob.low,
                       .high = knob.high,
                       .choices = knob.choices,
                       .default_text = kept(usual.size() == 1 ? *usual.begin() : each),
                       .group = "Of single kinds",
                       .search = knob.search});
    }
  }
}

}  // namespace

const OptionTable<TrainSettings>& train_options() {
  static const OptionTable<S> table = train_options_of(model_kinds());
  return table;
}

OptionTable<TrainSettings> train_options_of(std::span<const ModelKind> kinds) {
  OptionTable<S> table = shared_options(kinds);
  add_knobs(table, kinds);
  return table;
}

}  // namespace encore
