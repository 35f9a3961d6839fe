#include "journal/writer.hpp"

#include <utility>

namespace gatepost::journal {

Writer::Wrote Writer::write(Batch batch) {
  auto moved = cursors_.take_moved();
  if (auto note = store_.look_at_clock()) batch.insert(batch.begin(), {std::move(*note)});  // comes before anything
  for (auto& record : moved.ended) batch.push_back({std::move(record)});
  const auto written = batches_.write(batch, moved);
  if (!written) {
    cursors_.put_back(moved);
    const auto outcome = store_.damage() ? core::CommitQueue::Outcome::damaged
                         : is_sound()    ? core::CommitQueue::Outcome::failed
                                         : core::CommitQueue::Outcome::in_doubt;
    return {std::move(batch), outcome, written.error()};
  }
  return {std::move(batch)};
}

bool Writer::tidy(bool written) {
  if (is_sound()) static_cast<void>(store_.look_at_files());
  const bool more = written && is_sound() && retention_.step();
  if (is_sound()) static_cast<void>(store_.checkpoint());  // again with the next flush, where it failed
  return more;
}

}  // namespace gatepost::journal
