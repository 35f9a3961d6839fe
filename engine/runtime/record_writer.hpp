// Where the Records of lanes and devices go.
#pragma once

#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <string>
#include <string_view>

namespace gatepost::runtime {

/// Safe to call from any thread.
class RecordWriter {
 public:
  virtual ~RecordWriter() = default;
  /// Returns when the Record is committed and synced. One that has not been begun by `not_after` is not written: an
  /// Error. May hang as long as the disk does.
  virtual Result<RecordId> commit(Record record, BootTime not_after) = 0;
  /// Durable soon; not waited for. Never blocks.
  virtual void post(Record record) = 0;

  /// What a Record of this subject carries.
  virtual std::string subject_key(std::string_view subject) const { return std::string(subject); }
};

}  // namespace gatepost::runtime
