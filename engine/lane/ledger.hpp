// Where a lane's Records go.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

namespace gatepost::lane {

/// Safe to call from any thread.
class Ledger {
 public:
  virtual ~Ledger() = default;
  /// Returns when the Record is committed and synced.
  virtual Result<RecordId> commit(Record record) = 0;
  /// Durable soon; not waited for.
  virtual void post(Record record) = 0;
};

}  // namespace gatepost::lane
