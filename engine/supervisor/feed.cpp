#include "supervisor/feed.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::supervisor {
namespace {

constexpr std::size_t longest_part = 64;  // of a device's part, as an Input names it

}  // namespace

Feed::Feed(std::string device, std::unique_ptr<Input> input, Direction direction, lane::Lane& lane,
           lane::Ledger& ledger, const Clock& clock, Patience patience)
    : device_(std::move(device)),
      input_(std::move(input)),
      direction_(direction),
      lane_(lane),
      ledger_(ledger),
      clock_(clock),
      patience_(patience),
      random_(std::random_device{}()),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Feed::emit(Reading reading) {
  reading.device = reading.device.empty() ? device_ : device_ + "@" + reading.device.substr(0, longest_part);
  if (reading.seen == MonotonicTime{}) reading.seen = clock_.now();
  reading.wall = clock_.wall() - (clock_.now() - reading.seen);
  if (reading.payload.size() > max_payload) {
    reading.payload.resize(max_payload);
    reading.damage = Damage::overlong;
    reading.damage_detail = "the device gave more than " + std::to_string(max_payload) + " bytes";
  }
  lane_.offer(std::move(reading), direction_);
}

void Feed::opened(std::string_view identity) { note(Presence::up, "identity", std::string(identity)); }

Feed::Vitals Feed::vitals() const {
  const std::scoped_lock lock(mutex_);
  return {device_, lane_.name(), presence_, since_, detail_, runs_ == 0 ? 0 : runs_ - 1};
}

void Feed::work(const std::stop_token& stop) {
  Duration wait = patience_.first;
  while (!stop.stop_requested()) {
    const MonotonicTime begun = clock_.now();
    {
      const std::scoped_lock lock(mutex_);
      ++runs_;
    }
    const Result<void> ran = input_->run(*this, stop);
    if (stop.stop_requested()) return;
    if (ran) return note(Presence::down, "ended", "the source has ended");
    note(Presence::down, "error", to_line(ran.error()));
    if (clock_.now() - begun > patience_.longest) wait = patience_.first;
    const auto jitter = std::uniform_int_distribution<Duration::rep>(0, wait.count() / 4)(random_);
    pause(wait + Duration(jitter), stop);
    wait = std::min(wait * 2, patience_.longest);
  }
}

void Feed::pause(Duration length, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, length, [] { return false; });
}

void Feed::note(Presence presence, std::string detail_key, std::string detail) {
  {
    const std::scoped_lock lock(mutex_);
    detail_ = detail;
    if (std::exchange(presence_, presence) == presence) return;
    since_ = clock_.now();
  }
  Record record{.kind = RecordKind::device,
                .at = clock_.now(),
                .wall = clock_.wall(),
                .lane = lane_.name(),
                .direction = direction_,
                .device = device_,
                .reason = presence == Presence::up ? "up" : "down"};
  record.details[std::move(detail_key)] = std::move(detail);
  ledger_.post(std::move(record));
}

}  // namespace gatepost::supervisor
