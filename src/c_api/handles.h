// What the opaque handles of encore.h hold. Training and model have theirs beside their functions.
#pragma once
#include <memory>
#include <optional>
#include "c_api/encore.h"
#include "dataset/dataset.h"
#include "dataset/rating_collector.h"
#include "exchange/cluster_world.h"
#include "exchange/listener.h"

struct encore_rows {
  encore::Dataset dataset;                           ///< titles and ids are empty texts: a trainer needs none
  std::optional<encore::RatingCollector> collector;  ///< gone once the rows are finished
  bool finished() const { return !collector.has_value(); }
};

struct encore_listener {
  std::optional<encore::Listener> listener;  ///< gone once a world took it over
};

struct encore_world {
  std::unique_ptr<encore::ClusterWorld> world;
};
