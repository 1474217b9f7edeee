// Which configurations follow from which options.
#include "study/plan.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

StudySettings settings_for(const std::string& source) {
  StudySettings settings;
  settings.sources = {source};
  return settings;
}

std::vector<std::string> ids(const std::vector<ConfigurationRequest>& plan) {
  std::vector<std::string> names;
  for (const ConfigurationRequest& one : plan) names.push_back(one.id);
  return names;
}

TEST(Plan, HasEverySubsetWithOneWorkerAndAllCoresThenVariantsThenModes) {
  StudySettings settings = settings_for("ml-25m");
  settings.modes = "elephas";
  EXPECT_THAT(ids(plan_study(settings, 6)),
              ElementsAre("encore-1950-1959-reference-items-1", "encore-1950-1959-reference-items-6",
                          "encore-1950-1969-reference-items-1", "encore-1950-1969-reference-items-6",
                          "encore-1950-1979-reference-items-1", "encore-1950-1979-reference-items-6",
                          "encore-1950-1959-reference-sigmoid-items-6", "encore-1950-1959-mult-dae-items-6",
                          "encore-1950-1959-reference-elephas-1-modes", "encore-1950-1959-reference-elephas-2-modes",
                          "encore-1950-1959-reference-elephas-4-modes", "encore-1950-1959-reference-elephas-8-modes"));
}

TEST(Plan, OfOneCoreHasOneWorkerOnly) {
  StudySettings settings = settings_for("ml-25m");
  settings.modes = settings.variants = "none";
  settings.subsets = "1954";
  EXPECT_THAT(ids(plan_study(settings, 1)), ElementsAre("encore-1954-reference-items-1"));
}

TEST(Plan, TrainsWorkersThatShareUsersForAsManyStepsAsOne) {
  StudySettings settings = settings_for("ml-25m");
  settings.epochs = 50, settings.mode_epochs = 10;
  for (const ConfigurationRequest& one : plan_study(settings, 2)) {
    if (one.purpose == "phases") {
      EXPECT_EQ(one.epochs, 50) << one.id;
      continue;
    }
    EXPECT_EQ(one.compared_epochs, 10) << one.id;
    EXPECT_EQ(one.epochs, one.parallel == "items" ? 10 : 10 * one.workers) << one.id;
  }
}

TEST(Plan, OfSparkRunsTheFirstSubsetWithAMasterOfAsManyThreadsAsWorkers) {
  StudySettings settings = settings_for("hdfs://names/ml-25m");
  settings.engine = "spark", settings.workers = {1, 4}, settings.modes = settings.variants = "none";
  const std::vector<ConfigurationRequest> plan = plan_study(settings, 2);
  EXPECT_THAT(ids(plan), ElementsAre("spark-1950-1959-reference-items-1", "spark-1950-1959-reference-items-4"));
  EXPECT_EQ(plan[1].master, "local[4]");
  EXPECT_EQ(plan[1].source, "hdfs://names/ml-25m") << "no path of this machine";
  settings.master = "spark://host:7077";
  EXPECT_EQ(plan_study(settings, 2)[1].master, "spark://host:7077");
}

TEST(Plan, KeepsTheBatchSizeOfTheOtherModel) {
  const std::vector<ConfigurationRequest> plan = plan_study(settings_for("ml-25m"), 2);
  const auto dae = std::ranges::find_if(plan, [](const auto& one) { return one.variant == "mult-dae"; });
  ASSERT_NE(dae, plan.end());
  EXPECT_EQ(dae->batch_size, std::nullopt);
  EXPECT_EQ(plan[0].batch_size, 64);
}

TEST(Plan, NamesWhatCannotBe) {
  const auto complaint = [](auto change) {
    StudySettings settings = settings_for("ml-25m");
    change(settings);
    return message_of<UserError>([&] { plan_study(settings, 2); });
  };
  EXPECT_THAT(complaint([](StudySettings& s) { s.subsets = "fifties"; }), HasSubstr("--subsets names 'fifties'"));
  EXPECT_THAT(complaint([](StudySettings& s) { s.subsets = ","; }), HasSubstr("--subsets names no years"));
  EXPECT_THAT(complaint([](StudySettings& s) { s.variants = "vae"; }), HasSubstr("--variants names 'vae'"));
  EXPECT_THAT(complaint([](StudySettings& s) { s.modes = "items,rows"; }), HasSubstr("--parallel names 'rows'"));
}

TEST(Request, ReadsBackToItself) {
  const TemporaryFolder folder;
  StudySettings settings = settings_for("ml-25m");
  settings.engine = "spark", settings.spark = {"spark.driver.memory=2g", "spark.app.name=a=b"};
  for (const ConfigurationRequest& one : plan_study(settings, 2)) {
    put_text(folder / "one.json", to_json(one));
    EXPECT_EQ(to_json(read_request(folder / "one.json")), to_json(one));
  }
}

TEST(Request, ThatIsNoneIsNamed) {
  const TemporaryFolder folder;
  put_text(folder / "other.json", "{\"id\": 1}");
  EXPECT_THAT(message_of<UserError>([&] { read_request(folder / "other.json"); }),
              HasSubstr("other.json is no request"));
}

}  // namespace
}  // namespace encore
