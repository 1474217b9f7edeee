// The table of protocols.
#include "settings/protocols.h"

namespace encore {

const std::vector<Protocol>& protocols() {
  static const std::vector<Protocol> table = {
      {"liang",
       "ndcg@100,recall@20,recall@50",
       {"--split", "--seed", "--liked", "--implicit", "--min-user-ratings", "--min-item-ratings", "--scale", "--count-column"},
       "rating > 3.5",
       {{"--min-user-ratings", std::int64_t{5}}, {"--seed", std::int64_t{98765}}}},
      {"recbole",
       "recall-all@10,mrr@10,ndcg@10,hit@10,precision@10",
       {"--split", "--hold-out", "--validation", "--liked", "--implicit", "--min-user-ratings", "--min-item-ratings",
        "--count-column"},
       "rating >= 3",
       {{"--liked", 3.0},
        {"--min-item-ratings", std::int64_t{10}},
        {"--min-user-ratings", std::int64_t{10}},
        {"--split", std::string_view("ratings")},
        {"--hold-out", 0.1},
        {"--validation", 0.1}}},
      {"lightgcn",
       "recall-all@20,ndcg@20",
       {"--split", "--hold-out", "--validation", "--seed", "--liked", "--implicit", "--scale", "--count-column", "--test-ratings",
        "--validation-ratings", "--years", "--where", "--min-user-ratings", "--min-item-ratings", "--no-header", "--user-column",
        "--item-column", "--rating-column", "--time-column"},
       "",
       {{"--implicit", true}, {"--split", std::string_view("files")}}},
      {"leave-one-out",
       "hit@10,ndcg@10",
       {"--split", "--hold-out", "--validation", "--liked", "--implicit", "--count-column"},
       "",
       {{"--implicit", true}, {"--split", std::string_view("last")}}},
  };
  return table;
}

std::string_view metrics_of_protocol(std::string_view name) {
  for (const Protocol& protocol : protocols())
    if (protocol.name == name) return protocol.metrics;
  return {};
}

}  // namespace encore
