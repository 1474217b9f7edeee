// Networks take ratings by the items' output rows (rated_items.h): their first layer's rows, which nobody's rating of another item can
// tell, stay the guess.
#include <algorithm>

#include "kernel/index.h"
#include "kernel/parallel.h"
#include "models/rated_items.h"
#include "network/network_model.h"
#include "network/output_rows.h"

namespace encore {
namespace {

/// ρ: how hard a row is held at the guess, which is all that holds it. Chosen on validation items: where new films are answered as often
/// as after a new training (docs/results.md).
constexpr double rho = 10;

}  // namespace

std::shared_ptr<const Model> rate_network(const Model& guess, std::int64_t block_items, const RatedItems& rated) {
  Autoencoder network = network_of(guess);
  InputRows users;
  for (std::int32_t user = 0; user < rated.users.ratings.users(); ++user)
    users.add(guess.input(), rated.users.scale, rated.users.ratings.items_of(user), rated.users.ratings.ratings_of(user));
  std::vector<std::uint8_t> apart(at(network.items));
  for (const std::int32_t place : rated.place) apart[at(place)] = 1;
  const OutputRows rows(network_of(guess), users, apart, block_items, rated.threads);
  kernel::parallel_for(rated.size(), rated.threads, [&](std::int64_t j) {
    std::vector<CellOfUser> cells;
    for (const ItemRating& one : rated.ratings[at(j)])
      if (const auto value = input_value(guess.input(), rated.users.scale, one.stars); value && channel_of(*value) == InputChannel::liked)
        cells.push_back({one.user, *value});  // what is in another channel is no target
    float* row = network.output.row(rated.place[at(j)]);
    const std::vector<float> learned = rows.learned(row, cells, rho);
    std::copy_n(learned.begin(), network.output.width + 1, row);
  });
  return std::make_shared<const NetworkModel>(std::move(network), block_items);
}

}  // namespace encore
