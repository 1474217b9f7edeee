// One thread takes blocks off the queue; the block's own threads share its items.
#include "serve/batcher.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "kernel/kernels.h"

namespace encore::serve {

constexpr std::chrono::microseconds gathering{500};

Batcher::Batcher(int threads)
    : threads_(threads), sizes_({1, 2, 4, 8, 16, 32, 64}), thread_([this](const std::stop_token& stop) { work(stop); }) {}

Batcher::~Batcher() {
  thread_.request_stop();
  arrived_.notify_all();
}

void Batcher::ask(Asked question, OnAnswer done) {
  ++waiting_;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back({std::move(question), std::move(done)});
  }
  arrived_.notify_one();
}

void Batcher::work(const std::stop_token& stop) {
  std::size_t at_once = 1;  // who was answered just now, and who waited meanwhile: most of them ask again at once
  while (true) {
    std::vector<Waiting> block;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, stop, [this] { return !queue_.empty(); });
      if (queue_.empty()) return;  // asked to stop, and nobody waits
      // A moment for the others of a few who ask together: else they would go by turns, and each would wait for the others' blocks.
      if (queue_.size() < at_once && at_once <= kernel::few_columns)
        arrived_.wait_for(lock, stop, gathering, [&] { return queue_.size() >= at_once; });
      // Questions of one model only: while a model is replaced there are two.
      const Desk* desk = queue_.front().question.desk.get();
      while (!queue_.empty() && std::ssize(block) < rows_at_once && queue_.front().question.desk.get() == desk) {
        block.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    waiting_ -= std::ssize(block);
    sizes_.add(static_cast<double>(block.size()));
    answer(block);
    at_once = block.size() + static_cast<std::size_t>(std::max<std::int64_t>(waiting_, 0));
  }
}

void Batcher::answer(std::vector<Waiting>& block) {
  std::vector<Recommendation> answers;
  std::exception_ptr failure;
  try {
    std::vector<Question> questions;
    for (const auto& [question, done] : block) {
      questions.push_back({&question.person, question.k});
      if (question.fits) questions.back().fits = *question.fits;
    }
    answers = block.front().question.desk->recommender().answer(questions, threads_);
  } catch (...) {
    failure = std::current_exception();
  }
  for (std::size_t i = 0; i < block.size(); ++i) block[i].done(failure ? nullptr : &answers[i], failure);
}

}  // namespace encore::serve
