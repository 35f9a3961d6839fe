#include "supervisor/flight_recorder.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::supervisor {

void FlightRecorder::begin(MonotonicTime at) {
  const std::scoped_lock lock(mutex_);
  if (!now_.entries.empty()) before_ = std::move(now_);
  now_ = {.begun = at};
}

void FlightRecorder::keep(const RawInput& input) {
  const std::scoped_lock lock(mutex_);
  if (input.kind == RawInput::Kind::descriptor) {
    now_.descriptor = input.bytes.substr(0, most_bytes);
    return;
  }
  const Duration after = std::max<Duration>(input.at - now_.begun, Duration::zero());
  now_.entries.push_back({input.kind, after, input.lost, std::string(input.bytes.substr(0, most_bytes))});
  now_.bytes += now_.entries.back().bytes.size();
  while (now_.entries.size() > most_entries || now_.bytes > most_bytes) {
    now_.bytes -= now_.entries.front().bytes.size();
    now_.entries.pop_front();
    now_.whole = false;
  }
}

FlightRecorder::Run FlightRecorder::now() const {
  const std::scoped_lock lock(mutex_);
  return now_;
}

FlightRecorder::Run FlightRecorder::before() const {
  const std::scoped_lock lock(mutex_);
  return before_;
}

}  // namespace gatepost::supervisor
