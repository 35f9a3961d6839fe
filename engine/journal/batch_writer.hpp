// A batch of Records made durable, and told of.
//
// Used by the commit leader alone.
#pragma once

#include <gatepost/result.hpp>

#include "core/commit_queue.hpp"
#include "journal/cursors.hpp"
#include "journal/options.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class BatchWriter {
 public:
  using Batch = core::CommitQueue::Batch;
  BatchWriter(const Options& options, Store& store, Cursors& cursors)
      : options_(options), store_(store), cursors_(cursors) {}

  /// With what outputs have moved, in one transaction; then whoever follows is told, and outputs are woken.
  Result<void> write(Batch& batch, const Cursors::Moved& moved);
  /// Whoever follows the journal, of Records that were found durable after all.
  void tell(const Batch& durable) const;

 private:
  const Options& options_;
  Store& store_;
  Cursors& cursors_;
};

}  // namespace gatepost::journal
