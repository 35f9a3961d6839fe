// Where a lane's Records go.
#pragma once

#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

namespace gatepost::lane {

/// Safe to call from any thread.
class Ledger {
 public:
  virtual ~Ledger() = default;
  /// Returns when the Record is committed and synced. Where that takes longer than `patience`, `over` is called once,
  /// from another thread, while commit goes on waiting; commit does not return before `over` has.
  virtual Result<RecordId> commit(Record record, Duration patience, const std::function<void()>& over) = 0;
  /// Durable soon; not waited for.
  virtual void post(Record record) = 0;
};

}  // namespace gatepost::lane
