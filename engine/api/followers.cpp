#include "api/followers.hpp"

#include <chrono>
#include <gatepost/support/low_priority.hpp>
#include <gatepost/support/record_json.hpp>
#include <iterator>
#include <utility>

namespace gatepost::api {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_unread = 256 * 1024;  // then a follower waits till it has read
constexpr Duration look_again = 50ms;            // whether it has
constexpr std::size_t most_followers = 32;

}  // namespace

void Followers::add(const boost::json::object& request, Reply reply) {
  auto query = parse_record_query(request, SystemClock().wall());
  if (!query) return static_cast<void>(reply.end(query.error()));
  query->limit = RecordPages::most_at_once;
  query->newest = false;
  const std::scoped_lock lock(mutex_);
  if (arriving_.size() >= most_followers)
    return static_cast<void>(reply.end(Error{"too many follow at once", "the engine", "ask again in a moment"}));
  if (!query->after) query->after = RecordCursor{0, last_()};  // of whatever epoch: see serve
  arriving_.push_back({std::move(*query), std::move(reply)});
  if (!thread_.joinable() && !stopped_) thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  news_ = true;
  wake_.notify_one();
}

// Whoever waits looks at the flag before it sleeps, so that the mutex is taken only while the flag changes.
void Followers::news() {
  if (news_.exchange(true)) return;
  { const std::scoped_lock lock(mutex_); }
  wake_.notify_one();
}

void Followers::stop() {
  std::unique_lock lock(mutex_);
  std::jthread thread = std::move(thread_);
  stopped_ = true;
  lock.unlock();
  thread.request_stop();  // and is waited for: a page is read within milliseconds
}

Followers::Left Followers::serve(RecordPages& pages, Follower& follower) const {
  if (follower.query.after->epoch == 0) follower.query.after->epoch = pages.epoch();
  while (follower.reply.is_open()) {
    if (follower.reply.unread() > most_unread) return Left::waits_for_reader;
    const auto page = pages.page(follower.query, last_());
    if (!page) return static_cast<void>(follower.reply.end(page.error())), Left::gone;
    for (const Record& record : page->records)
      if (!follower.reply.line({{"record", support::json_of(record)}})) return Left::gone;
    follower.query.after = page->next;
    if (!page->more) return Left::nothing;
  }
  return Left::gone;
}

void Followers::work(const std::stop_token& stop) {
  support::step_behind_the_lanes();
  std::vector<Follower> all;
  bool someone_waits = false;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    const auto has_news = [&] { return news_.load(); };
    if (someone_waits)
      wake_.wait_for(lock, stop, look_again, has_news);
    else
      wake_.wait(lock, stop, has_news);
    if (stop.stop_requested()) return;
    news_ = false;
    std::ranges::move(std::exchange(arriving_, {}), std::back_inserter(all));
    lock.unlock();
    someone_waits = false;
    // Opened anew each time: the journal may have been set aside meanwhile.
    auto pages = all.empty() ? Result<RecordPages>(Error{}) : RecordPages::open(journal_);
    std::erase_if(all, [&](Follower& follower) {
      if (!follower.reply.is_open()) return true;
      if (!pages) return follower.reply.end(pages.error()), true;
      const Left left = serve(*pages, follower);
      someone_waits = someone_waits || left == Left::waits_for_reader;
      return left == Left::gone;
    });
    lock.lock();
  }
}

}  // namespace gatepost::api
