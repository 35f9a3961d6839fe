// What is done with the turn to write: the calls that the commit queue asks for.
//
// Used by the commit leader alone.
#pragma once

#include "core/commit_queue.hpp"
#include "journal/batch_writer.hpp"
#include "journal/cursors.hpp"
#include "journal/prune.hpp"
#include "journal/recovery.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class Writer {
 public:
  using Batch = core::CommitQueue::Batch;
  using Wrote = core::CommitQueue::Wrote;

  Writer(Store& store, Cursors& cursors, BatchWriter& batches, Recovery& recovery, Retention& retention)
      : store_(store), cursors_(cursors), batches_(batches), recovery_(recovery), retention_(retention) {}

  core::CommitQueue::Healed heal() {
    const auto kept_after_all = recovery_.heal();
    return kept_after_all ? core::CommitQueue::Healed{{}, *kept_after_all}
                          : core::CommitQueue::Healed{kept_after_all.error()};
  }
  /// The batch, with what is to be said of the clock and what outputs have moved; who follows is told where it is kept.
  Wrote write(Batch batch);
  /// Of those that were found durable after all who follows is told, too.
  void tell(const Batch& durable) const { batches_.tell(durable); }
  /// After a flush: looks at the files where nothing was written, removes what is too old, checkpoints. True: there may
  /// be more to remove.
  bool tidy(bool written);
  /// False: nothing may be promised before `heal`.
  bool is_sound() const { return store_.is_sound() && recovery_.is_done(); }

 private:
  Store& store_;
  Cursors& cursors_;
  BatchWriter& batches_;
  Recovery& recovery_;
  Retention& retention_;
};

}  // namespace gatepost::journal
