// Runs core::CommitQueue among threads: lanes that commit, the flusher that writes what nobody waits for, and the watch
// that tells that a disk is slow.
//
// Safe from any thread. Its mutex guards the machine and who waits, and nothing else: no call is made and nobody is
// told under it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

#include "core/commit_queue.hpp"
#include "journal/options.hpp"
#include "journal/writer.hpp"

namespace gatepost::journal {

class Commits {
 public:
  Commits(const Options& options, Writer& writer);
  ~Commits();  ///< what waits is written first
  Commits(const Commits&) = delete;
  Commits& operator=(const Commits&) = delete;

  void start();  ///< its threads

  Result<RecordId> commit(Record record, BootTime not_after);
  void post(Record record);
  /// The flusher has something to do.
  void wake_flusher(core::CommitQueue::Wake why) { bring(why); }
  /// Does what needs the file to itself.
  Result<void> with_turn(const std::function<Result<void>()>& work);
  /// What the flusher does when it is due.
  void flush();

  std::uint64_t batches() const;
  bool is_taken() const;

 private:
  using Queue = core::CommitQueue;
  using Lock = std::unique_lock<std::mutex>;
  /// One who waits for an answer, or for the turn.
  struct Waiting {
    explicit Waiting(core::CallId number) : ticket(number) {}
    const core::CallId ticket;
    bool is_listed = false, leads = false;
    std::optional<Result<RecordId>> answer{};
    std::binary_semaphore woken{0};
  };
  /// What the commit leader is to do now.
  using Call = std::variant<std::monostate, Queue::Heal, Queue::Write, Queue::Work>;
  struct Told;

  Call bring(Queue::Event&& event, Waiting* own = nullptr);
  void take_out(Waiting* own, Call& call, Told& told);
  void tell(const Told& told);
  Waiting* find(core::CallId ticket) const;
  void unlist(const Waiting* waiting);
  Call take_turn(Waiting& own, Queue::Event&& event);
  Call perform(Call&& call, Waiting& own);
  Result<void> enter(Waiting& own, bool flushes);
  core::Now now() const;

  using Due = std::optional<MonotonicTime> (Queue::*)() const;
  bool sleep_until(Due due, std::condition_variable_any& wake, const std::stop_token& stop);

  const Options& options_;
  Writer& writer_;
  std::atomic<core::CallId> last_ticket_ = 0;
  mutable std::mutex mutex_;
  Queue queue_;
  std::vector<Waiting*> waiting_;
  std::condition_variable_any wake_flusher_, wake_watch_;
  std::jthread watch_, flusher_;  // last: they use all of the above
};

}  // namespace gatepost::journal
