// The six parts of a step (shard_step.h), in the order in which they run.
#include "training/shard_step.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "network/loss_table.h"

namespace encore {
namespace {

constexpr std::int64_t channel_items = 4;  ///< the place of the first one among the row statistics
std::size_t floats(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Entries between asking for a row of the first table and needing it: about as long as memory takes to answer.
constexpr std::size_t fetched_ahead = 8;

/// Asks for the row of the entry that comes that much behind `now`, once an item.
void fetch_ahead(std::span<const Entry> entries, const Entry& now, const Update& update) {
  const std::size_t later = static_cast<std::size_t>(&now - entries.data()) + fetched_ahead;
  if (later < entries.size() && entries[later].item != entries[later - 1].item) update.fetch_first(entries[later].item);
}

}  // namespace

ShardStep::ShardStep(const Dataset& dataset, const Autoencoder& tables, const Autoencoder& hidden, BlockRun run,
                     std::int64_t max_rows, std::uint64_t seed, Exchange& exchange, const kernel::Kernels& kernels,
                     Precision precision, EarlierEncoder before)
    : dataset_(dataset),
      seed_(seed),
      hidden_network_(hidden),
      exchange_(exchange),
      entries_(dataset, tables.architecture, run, seed),
      before_(before),
      middle_(make_middle(tables.architecture, max_rows, kernels)),
      middle_before_(before.tables != nullptr ? make_middle(tables.architecture, max_rows, kernels) : nullptr),
      channels_(tables, max_rows),
      hidden_gradients_(HiddenGradients::shaped(hidden)),
      context_{tables, entries_, *middle_, kernels, run, max_rows, 0, 1, {}, nullptr, false},
      training_products_(make_output_products(precision, tables.output, *middle_, kernels, run.block_items, max_rows)),
      judging_products_(
          make_output_products(Precision::f32, tables.output, *middle_, kernels, run.block_items, max_rows)),
      loss_(make_output_loss(context_)),
      first_sums_(kernels, Join::sum, max_rows, statistics_at() + row_statistics),
      last_gradient_(kernels, Join::sum, middle_->panels(max_rows) * middle_->lanes(),
                     tables.output.stride + (loss_->loss_by_block() ? row_statistics : 0)) {
  inverse_norm_.resize(floats(max_rows));
  output_gradient_.resize(floats(run.block_items * tables.output.stride));
  block_loss_.resize(floats(middle_->panels(max_rows) * middle_->lanes()));
  last_total_.resize(floats(max_rows * tables.output.stride));
  first_row_.resize(floats(tables.first.stride));
}

ShardStep::~ShardStep() = default;

void ShardStep::sample(std::int64_t negatives, Precision precision) {
  sampled_ = std::make_unique<SampledItems>(dataset_.items, context_.tables.output, context_.run, negatives, seed_);
  training_products_ = make_output_products(precision, sampled_->rows(), *middle_, context_.kernels, context_.run.block_items,
                                            context_.max_rows);
}

void ShardStep::share(SharedRows& rows) {
  middle_->share(rows);
  if (middle_before_ != nullptr) middle_before_->share(rows);
}

LossSum ShardStep::run(std::span<const std::int32_t> users, std::uint64_t epoch, Update& update, BatchShare share,
                       double divergence_weight, TrainedPart part) {
  context_.rows = static_cast<std::int64_t>(users.size());
  context_.judging = false;
  if (part == TrainedPart::decoder) entries_.gather_whole(users);
  else entries_.gather(users, epoch);
  if (sampled_ != nullptr) sampled_->draw(entries_, users, epoch);
  context_.sampled = sampled_.get();
  const double weight = forward(share, *training_products_, {Pass::Purpose::train, seed_, epoch, users, divergence_weight}, &update);
  loss_->prepare(context_, exchange_);
  exchange_last_gradient(update, part);
  if (part == TrainedPart::decoder) return {sum_of_losses(), weight};
  const float* first_gradient =
      middle_->backward(hidden_network_, last_total_.data(), context_.rows, context_.divisor, hidden_gradients_);
  channels_.backward(hidden_network_, first_gradient, middle_->first_gradient_stride(), context_.rows, hidden_gradients_.first_bias);
  update.hidden(hidden_gradients_);
  update_first_table(first_gradient, update);
  return {sum_of_losses(), weight};
}

void ShardStep::settle(Update& update) const {
  update.settle_first(context_.run.first_item(), context_.run.last_item() - context_.run.first_item());
}

/// From the gathered entries to the last hidden layer, in training before an update. Returns what this step's losses
/// are divided by.
double ShardStep::forward(BatchShare share, OutputProducts& products, Pass pass, Update* update) {
  exchange_first_sums(update);
  double rated = 0;
  for (std::int64_t r = 0; r < context_.rows; ++r) rated += static_cast<double>(context_.totals.rated_cells[floats(r)]);
  const bool by_cells = kind_of(context_.tables.architecture.loss).rated_only;
  const double own = by_cells ? rated : static_cast<double>(context_.rows);
  const double whole = static_cast<double>(by_cells ? share.rated_cells : share.rows);
  context_.divisor = std::max(whole > 0 ? whole : own, 1.0);

  if (middle_before_ != nullptr && pass.purpose != Pass::Purpose::answer) {
    middle_before_->forward(*before_.hidden, context_.rows, {});
    pass.before = middle_before_.get(), pass.target_sums = context_.totals.target_sum;
  }
  middle_->forward(hidden_network_, context_.rows, pass);
  products.take_hidden(context_.rows);
  context_.products = &products;
  return own;
}

double ShardStep::sum_of_losses() const {
  double sum = 0;
  for (std::int64_t r = 0; r < context_.rows; ++r) sum += loss_->row_loss[floats(r)] + middle_->own_loss(r);
  return sum;
}

/// Z₁ = X·W_in summed over all shards, and with it what losses and normalisation must know of whole rows. Dividing by
/// the norm of the full, undropped row comes before the bias; dropout is linear, so the order does not matter.
void ShardStep::exchange_first_sums(Update* update) {
  const ItemTable& first = context_.tables.first;
  first_sums_.start(context_.rows);
  for (std::int64_t block = context_.run.first_block; block < context_.run.last_block; ++block) {
    first_sums_.open(block);
    for (const Entry& e : entries_.of_block(block)) {
      float* sums = first_sums_.touch(e.row);
      if (update != nullptr) {
        fetch_ahead(entries_.of_run(), e, *update);
        update->before_reading_first(e.item);
      }
      if (e.channel != InputChannel::liked) {
        add_to_channel(e, sums);
        continue;
      }
      if (e.input != 0) context_.kernels.add_scaled(sums, first.row(e.item), e.input, first.stride);
      if (before_.tables != nullptr)
        context_.kernels.add_scaled(sums + before_at(), before_.tables->first.row(e.item), e.target, stride_before());
      float* statistics = sums + statistics_at();
      // Whom no step ever trains may have rated a film that nobody trained rated: it has no part in the row's length.
      if (!context_.judging || !first.is_silent(e.item)) statistics[3] += e.target * e.target;
      statistics[0] += e.target;
      statistics[1] += e.target * e.target;
      statistics[2] += 1;
    }
    first_sums_.close();
  }
  const float* total = exchange_.join(Channel::first_sums, first_sums_);
  RowTotals& totals = context_.totals;
  totals.target_sum.resize(floats(context_.rows)), totals.target_squares.resize(floats(context_.rows)),
      totals.rated_cells.resize(floats(context_.rows));
  middle_->clear();
  for (std::int64_t r = 0; r < context_.rows; ++r) {
    const float* row = total + r * first_sums_.floats();
    std::copy_n(row, first.stride, middle_->first_sums(r));
    const float* statistics = row + statistics_at();
    totals.target_sum[floats(r)] = statistics[0];
    totals.target_squares[floats(r)] = statistics[1];
    totals.rated_cells[floats(r)] = statistics[2];
    const bool scaled = context_.tables.architecture.normalise_input && statistics[3] > 0;
    inverse_norm_[floats(r)] = scaled ? 1 / std::sqrt(statistics[3]) : 1;
    if (scaled) middle_->scale_first_sums(r, inverse_norm_[floats(r)]);
    channels_.join_to(hidden_network_, r, row + first.stride, statistics + channel_items, middle_->first_sums(r));
    if (middle_before_ == nullptr) continue;
    std::copy_n(row + before_at(), stride_before(), middle_before_->first_sums(r));
    if (scaled) middle_before_->scale_first_sums(r, inverse_norm_[floats(r)]);
  }
}

/// An item of a channel: its row is summed for itself, and counts in the channel's length, also where it is dropped out.
void ShardStep::add_to_channel(const Entry& e, float* sums) {
  const ItemTable& first = context_.tables.first;
  const int channel = ChannelSums::index_of(e.channel);
  if (e.input != 0)
    context_.kernels.add_scaled(sums + first.stride + channel * channels_.width(), first.row(e.item), e.input, first.stride);
  if (!context_.judging || !first.is_silent(e.item)) ++sums[statistics_at() + channel_items + channel];
}

/// Block by block: dL, dW_out = dLᵀ·H with its update at once, dH = dL·W_out with the weights from before the update.
void ShardStep::exchange_last_gradient(Update& update, TrainedPart part) {
  const ItemTable& output = context_.tables.output;
  const std::int64_t lanes = middle_->lanes(), panels = middle_->panels(context_.rows);
  const bool moves_output = part != TrainedPart::encoder, goes_back = part != TrainedPart::decoder;
  assert(goes_back || !loss_->loss_by_block());
  last_gradient_.start(context_.rows);
  for (std::int64_t block = context_.run.first_block; block < context_.run.last_block; ++block) {
    const std::int64_t items = context_.items_of(block), first = context_.first_of(block);
    std::fill(block_loss_.begin(), block_loss_.end(), 0.0F);
    const float* logits = items > 0 ? loss_->gradient(context_, block, block_loss_.data()) : nullptr;
    if (goes_back) last_gradient_.open(block);
    const bool fetches = moves_output && context_.sampled == nullptr;
    if (items > 0)
      context_.products->take_weights(first, items, fetches ? update.output_ahead(first, items) : std::array<kernel::Ahead, 2>{});
    for (std::int64_t p = 0; items > 0 && p < panels; ++p) {
      context_.products->gradients(p, logits + p * items * lanes, moves_output ? output_gradient_.data() : nullptr,
                                   goes_back ? last_gradient_.overwrite(p * lanes) : nullptr, last_gradient_.floats());
    }
    if (goes_back && items > 0) leave_losses();
    if (context_.sampled != nullptr) take_undrawn(block, moves_output, goes_back);
    if (goes_back) last_gradient_.close();
    if (moves_output) update_output(block, update);
  }
  if (!goes_back) return;
  const float* total = exchange_.join(Channel::last_gradient, last_gradient_);
  for (std::int64_t r = 0; r < context_.rows; ++r)
    std::copy_n(total + r * last_gradient_.floats(), output.stride, last_total_.data() + r * output.stride);
  read_losses(total);
}

/// The gradients of films that are there for single users, behind those of the drawn ones.
void ShardStep::take_undrawn(std::int64_t block, bool moves_output, bool goes_back) {
  const SampledItems& sampled = *context_.sampled;
  const std::int64_t stride = context_.tables.output.stride, first = sampled.first_of(block);
  const auto floats = [&](std::int64_t items) { return static_cast<std::size_t>(items * stride); };
  const std::size_t drawn = floats(sampled.drawn_in(block)), all = drawn + floats(sampled.undrawn_in(block));
  if (moves_output) std::fill_n(output_gradient_.begin() + static_cast<std::ptrdiff_t>(drawn), all - drawn, 0.0F);
  for (const UndrawnGradient& one : loss_->undrawn(context_, block)) {
    if (moves_output)
      context_.kernels.add_scaled(output_gradient_.data() + (one.place - first) * stride, middle_->along(one.row), one.gradient, stride);
    if (goes_back) context_.kernels.add_scaled(last_gradient_.touch(one.row), sampled.rows().row(one.place), one.gradient, stride);
  }
}

/// The rows of one block, whose gradients are ready: a contiguous part of the table, or films of a sample one by one.
void ShardStep::update_output(std::int64_t block, Update& update) {
  if (context_.sampled == nullptr)
    return update.output_rows(context_.first_of(block), context_.items_of(block), output_gradient_.data());
  const SampledItems& sampled = *context_.sampled;
  for (std::int64_t place = sampled.first_of(block); place < sampled.first_of(block + 1); ++place)
    update.output_rows(sampled.item_at(place), 1,
                       output_gradient_.data() + (place - sampled.first_of(block)) * context_.tables.output.stride);
}

/// Marks the open leaf's rows as present and, where losses come block by block, leaves them behind the gradient.
void ShardStep::leave_losses() {
  const std::int64_t stride = context_.tables.output.stride;
  for (std::int64_t r = 0; r < context_.rows; ++r) {
    float* row = last_gradient_.overwrite(r);
    if (!loss_->loss_by_block()) continue;
    std::fill_n(row + stride, row_statistics, 0.0F);
    row[stride] = block_loss_[floats(r)];
  }
}

void ShardStep::read_losses(const float* total) {
  if (!loss_->loss_by_block()) return;
  const bool by_cells = kind_of(context_.tables.architecture.loss).rated_only;
  const double cells = by_cells ? 1 : static_cast<double>(context_.run.total_items);
  for (std::int64_t r = 0; r < context_.rows; ++r) {
    const float loss = total[r * last_gradient_.floats() + context_.tables.output.stride];
    loss_->row_loss[floats(r)] = static_cast<double>(loss) / cells;
  }
}

/// dW_in[item] = Σ x·dZ₁[row] for items with ratings in the batch; the others have no gradient, but their moments move
/// them.
void ShardStep::update_first_table(const float* first_gradient, Update& update) {
  const std::int64_t stride = context_.tables.first.stride, gradient_stride = middle_->first_gradient_stride();
  for (std::int64_t block = context_.run.first_block; block < context_.run.last_block; ++block) {
    const auto entries = entries_.of_block(block);
    std::int64_t untouched = block * context_.run.block_items;  // first item that is still to be updated
    for (std::size_t i = 0; i < entries.size();) {
      const std::int64_t item = entries[i].item;
      if (item > untouched) update.first_rows(untouched, item - untouched, nullptr);
      std::fill(first_row_.begin(), first_row_.end(), 0.0F);
      for (; i < entries.size() && entries[i].item == item; ++i) {
        const Entry& e = entries[i];
        fetch_ahead(entries_.of_run(), e, update);
        if (e.input == 0) continue;
        if (e.channel != InputChannel::liked) {
          context_.kernels.add_scaled(first_row_.data(), channels_.item_gradient(e.row, e.channel), e.input, stride);
          continue;
        }
        context_.kernels.add_scaled(first_row_.data(), first_gradient + e.row * gradient_stride,
                                    e.input * inverse_norm_[floats(e.row)], stride);
      }
      update.first_rows(item, 1, first_row_.data());
      untouched = item + 1;
    }
    const std::int64_t end = block * context_.run.block_items + items_in(context_.run, block);
    if (end > untouched) update.first_rows(untouched, end - untouched, nullptr);
  }
}

}  // namespace encore
