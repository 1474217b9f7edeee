// The nine phases.
#include "study/local_run.h"

#include <fmt/format.h>

#include <optional>

#include "evaluation/evaluation.h"
#include "evaluation/figures.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "preparation/preparation.h"
#include "process/error.h"
#include "process/resources.h"
#include "study/phase_names.h"
#include "study/recommendation_test.h"
#include "study/recorder.h"
#include "study/representations.h"
#include "training/trainer.h"
#include "models/table.h"
#include "models/plan.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
constexpr Output silent{.json = false, .quiet = true, .sinks = nullptr};

Json operator_json(const PlanOperator& plan) {
  Json children = Json::array();
  for (const PlanOperator& child : plan.children) children.push_back(operator_json(child));
  return {{"operator", plan.name},
          {"detail", plan.detail},
          {"rows", plan.rows},
          {"seconds", plan.seconds},
          {"children", children}};
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

class LocalRun {
 public:
  LocalRun(const ConfigurationRequest& request, const fs::path& answer)
      : request_(request),
        threads_(static_cast<int>(std::min<std::int64_t>(request.workers, available_threads()))),
        dataset_folder_(fs::path(request.work) / ("dataset-" + request.subset)),
        model_folder_(fs::path(request.work) / (request.id + ".model")),
        recorder_(request, answer) {
    fs::create_directories(request.work);
    name_settings();
  }

  void run() {
    try {
      if (request_.purpose == "phases") {
        prepare();
      } else {
        read_prepared();
      }
      tell_dataset();
      train_model();
      evaluate();
      if (request_.purpose == "phases") test_recommendations();
      recorder_["memory"] = measured_memory(*dataset_);
      fs::remove_all(model_folder_);
      recorder_.finish("done", nullptr);
    } catch (const Interrupted&) {
      recorder_.keep(true);
      throw;
    } catch (const std::bad_alloc&) {
      fail("memory", "the system granted no more memory");
    } catch (const std::exception& error) {
      fail("error", error.what());
    }
  }

 private:
  void name_settings() {
    const auto setting = [&](const char* name, const std::string& value) {
      recorder_["settings"].push_back({{"name", name}, {"value", value}, {"study", nullptr}});
    };
    setting("threads", std::to_string(threads_));
    setting("shards", std::to_string(request_.workers));
    setting("memory for preparing", request_.memory);
    setting("kernels", kernel::kernel_path());
  }

  void fail(const char* kind, const std::string& sentence) {
    dataset_.reset();  // gives the memory back that writing may need
    const Json phase = recorder_.phase().empty() ? Json(nullptr) : Json(recorder_.phase());
    recorder_.finish("failed", {{"kind", kind}, {"phase", phase}, {"sentence", sentence}});
  }

  PrepareSettings prepare_settings() const {
    PrepareSettings settings;
    settings.source = request_.source;
    settings.output = dataset_folder_.string();
    settings.years = fmt::format("{}-{}", request_.first_year, request_.last_year);
    settings.hold_out = 0;  // the study watches its test users after each epoch, as others do validation users
    settings.validation = request_.hold_out;
    settings.seed = request_.seed;
    settings.memory = request_.memory;
    return settings;
  }

  /// The first six phases; each ends in tables or files that the next one reads, so nothing is made for the measuring.
  void prepare() {
    std::size_t index = 0;
    std::optional<Phase> arrays;
    PreparationObserver observer;
    observer.with_plans = true;
    observer.on_start = [&](const std::string&) { recorder_.start_phase(study_phases[index]); };
    observer.on_phase = [&](const Phase& phase) {
      if (index++ == arrays_phase) {
        arrays = phase;
        arrays->name = "made and written";
      } else {
        recorder_.add_phase({phase}, phase.rows);
      }
    };
    const Preparation preparation = prepare_dataset(prepare_settings(), threads_, silent, observer);
    Phases reading;
    reading.start("read as sparse rows");
    dataset_ = read_dataset(dataset_folder_);
    recorder_.add_phase({*arrays, reading.finish(arrays->rows)}, arrays->rows);
    rows_ = preparation.summary.rows;
    for (const StatementPlan& one : preparation.plans) {
      const auto phase = std::ranges::find(names_of_prepare, one.phase) - std::begin(names_of_prepare);
      recorder_["query_plans"].push_back({{"phase", study_phases[static_cast<std::size_t>(phase)]},
                                          {"statement", one.statement},
                                          {"seconds", one.seconds},
                                          {"rows", one.rows},
                                          {"plan", operator_json(one.plan)}});
    }
  }

  /// Modes are compared on what the first subset's phases have made; whoever runs them alone prepares unmeasured.
  void read_prepared() {
    if (!is_dataset_folder(dataset_folder_)) prepare_dataset(prepare_settings(), threads_, silent);
    rows_ = read_dataset_summary(dataset_folder_).rows;
    dataset_ = read_dataset(dataset_folder_);
  }

  void tell_dataset() {
    recorder_["dataset"] = {{"rows", rows_},
                            {"movies", dataset_->items.size()},
                            {"users", dataset_->users.size()},
                            {"ratings", dataset_->ratings.size()},
                            {"training_users", dataset_->users_in(Fold::train).size()},
                            {"test_users", dataset_->users_in(Fold::validation).size()}};
  }

  TrainingPlan plan() const {
    TrainSettings settings;
    settings.model = request_.model;
    settings.output_activation = request_.output_activation;
    settings.epochs = request_.epochs;
    settings.batch_size = request_.batch_size;
    settings.seed = request_.seed;
    settings.loss_after_epoch = true;
    settings.parallel = request_.parallel;
    settings.threads = threads_;
    settings.shards = request_.workers;
    return plan_training(settings, static_cast<std::int64_t>(dataset_->users_in(Fold::train).size()), 0, dataset_->items.size());
  }

  void train_model() {
    recorder_.start_phase(study_phases[training_phase]);
    Phases phases;
    phases.start("model training");
    const TrainingPlan plan = this->plan();
    recorder_["output"] = name_of(plan.architecture.output);
    recorder_["loss"] = name_of(plan.architecture.loss);
    ClusterWorld world(plan.shards, plan.threads);
    const FitContext context{*dataset_, plan, world};
    const std::unique_ptr<Fit> fit = begin_fit(context);
    TrainingObserver observer;
    std::vector<WorkerTimes> times;
    double epoch_seconds = 0;
    observer.on_times = [&](const std::vector<WorkerTimes>& so_far) { times = so_far; };
    observer.on_progress = [&](std::int64_t epoch, double done, double users) {
      recorder_.tell(static_cast<double>(epoch - 1) + (users > 0 ? done / users : 0),
                     static_cast<double>(plan.learning.epochs));
    };
    observer.on_epoch = [&](const EpochRecord& epoch) {
      epoch_seconds += epoch.seconds;
      recorder_["history"].push_back({{"epoch", epoch.epoch},
                                      {"train_loss", epoch.train_loss},
                                      {"test_loss", number(epoch.validation_loss)},
                                      {"ndcg@100", number(epoch.validation_ndcg)},
                                      {"seconds", epoch.seconds}});
      recorder_.keep(epoch.epoch == 1);
    };
    run_to_end(*fit, context, model_folder_, observer);
    const TrainedModel model = finished_model(*fit, *dataset_, plan);
    write_model(model_folder_, model, to_csv(fit->history()));
    const Phase& phase = phases.finish(static_cast<std::int64_t>(dataset_->users_in(Fold::train).size()));
    const double rest = phase.seconds - epoch_seconds;
    recorder_.add_phase({phase}, phase.rows, {{"epochs", epoch_seconds}, {"losses after the epochs, saving", rest}});
    tell_training(model, fit->record(), times, epoch_seconds, rest);
  }

  void tell_training(const TrainedModel& model, const FitRecord& record, const std::vector<WorkerTimes>& times,
                     double epoch_seconds, double losses_seconds) {
    Json workers = Json::array();
    for (std::size_t w = 0; w < times.size(); ++w) {
      const WorkerTimes& t = times[w];
      const double named = t.compute_seconds + t.exchange_seconds + t.waiting_seconds;
      workers.push_back({{"worker", w},
                         {"compute_seconds", t.compute_seconds},
                         {"exchange_seconds", t.exchange_seconds},
                         {"waiting_seconds", t.waiting_seconds},
                         {"other_seconds", std::max(0.0, epoch_seconds - named)}});
    }
    recorder_["training"] = {{"epochs", record.epoch},
                             {"steps", record.steps},
                             {"parameters", model.model->parameters()},
                             {"epoch_seconds", epoch_seconds},
                             {"losses_seconds", losses_seconds},
                             {"workers", workers}};
  }

  void evaluate() {
    recorder_.start_phase(study_phases[evaluation_phase]);
    Phases phases;
    phases.start("model evaluation");
    const TrainedModel model = read_model(model_folder_);
    const auto errors = [&](Fold fold) { return reconstruction_errors(model, *dataset_, fold, threads_); };
    const ReconstructionErrors train_errors = errors(Fold::train), test_errors = errors(Fold::validation);
    const RankingQuality ranking =
        ranking_quality(*model.model, *dataset_, Fold::validation, threads_);
    const RankingQuality popularity = popularity_quality(*dataset_, Fold::validation, threads_);
    recorder_["evaluation"] = {{"train", errors_json(train_errors, false)},
                               {"test", errors_json(test_errors, true)},
                               {"ranking", quality_json(ranking)},
                               {"popularity", quality_json(popularity)}};
    recorder_.add_phase({phases.finish(dataset_->users.size())}, dataset_->users.size());
  }

  void test_recommendations() {
    recorder_.start_phase(study_phases[recommendation_phase]);
    Phases phases;
    phases.start("recommendation testing");
    const Json test =
        recommendation_test(model_folder_, *dataset_, static_cast<std::uint64_t>(request_.seed), request_.test_users);
    recorder_["recommendation_test"] = test;
    const auto users = static_cast<std::int64_t>(test.at("users").size());
    recorder_.add_phase({phases.finish(users)}, users);
  }

  static constexpr std::array<std::string_view, 6> names_of_prepare = {"load",      "ratings",    "movies",
                                                                       "integrate", "statistics", "arrays"};
  const ConfigurationRequest& request_;
  int threads_;
  fs::path dataset_folder_, model_folder_;
  Recorder recorder_;
  std::optional<Dataset> dataset_;
  std::int64_t rows_ = 0;  ///< of the source
};

}  // namespace

void run_configuration(const ConfigurationRequest& request, const fs::path& answer) { LocalRun(request, answer).run(); }

}  // namespace encore
