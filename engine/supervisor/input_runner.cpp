#include "supervisor/input_runner.hpp"

#include <algorithm>
#include <utility>

#include "supervisor/leak_detector.hpp"

namespace gatepost::supervisor {
namespace {

constexpr std::size_t longest_part = 64;  // of a device's part, as an Input names it
constexpr std::size_t longest_reason = 200;
constexpr std::size_t most_kept = 64;

}  // namespace

InputRunner::InputRunner(std::string device, std::unique_ptr<Input> input, runtime::RecordWriter& writer,
                         const Clock& clock, AlarmListener bell, Keep keep, Patience patience, config::NoScans no_scans)
    : device_(std::move(device)),
      input_(std::move(input)),
      tells_of_alarms_(input_->tells_of_alarms()),
      writer_(writer),
      clock_(clock),
      bell_(std::move(bell)),
      patience_(patience),
      no_scans_(std::move(no_scans)),
      recorder_(keep),
      random_(std::random_device{}()) {
  begin();
}

InputRunner::~InputRunner() {
  request_stop();
  lets_go(Duration::max() / 2);  // lanes may know its InputFeedback longer than this
}

void InputRunner::begin() {
  {
    const std::scoped_lock lock(mutex_);
    at_work_ = true;
    settled_.reset();
    if (input_->listens()) feedback_ = std::make_shared<InputFeedback>(*input_);
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void InputRunner::emit(Reading reading) {
  if (reading.damage == Damage::none && ignores(reading.payload)) return;
  reading.device = reading.device.empty() ? device_ : device_ + "@" + reading.device.substr(0, longest_part);
  if (reading.seen == MonotonicTime{}) reading.seen = clock_.now();
  reading.wall = clock_.wall() - (clock_.now() - reading.seen);
  if (reading.payload.size() > max_payload) {
    reading.payload.resize(max_payload);
    reading.damage = Damage::overlong;
    reading.damage_detail = "the device gave more than " + std::to_string(max_payload) + " bytes";
  }
  const std::scoped_lock lock(mutex_);  // so that detach knows that nobody is in the lane
  if (lane_ != nullptr)
    offer(std::move(reading));
  else if (!detached_ && kept_.size() < most_kept)
    kept_.push_back(std::move(reading));
}

bool InputRunner::ignores(std::string_view text) {
  if (!no_scans_.contain(text)) return false;
  const std::scoped_lock lock(mutex_);
  ++ignored_;
  return true;
}

void InputRunner::refused(std::string_view who, std::string_view why) {
  const std::scoped_lock lock(mutex_);
  refused_ = {refused_.count + 1, std::string(who.substr(0, longest_part)), std::string(why.substr(0, longest_reason)),
              clock_.now()};
}

void InputRunner::signal(Signal signal, MonotonicTime seen) {
  const std::scoped_lock lock(mutex_);  // so that detach knows that nobody rings
  if (detached_) return;
  if (signal != Signal::press) {
    if (bell_) bell_(device_, signal == Signal::alarm);
  } else if (lane_ != nullptr) {
    lane_->press(device_, direction_.value_or(Direction::in), seen);  // nobody can be asked at a button
  }
}

// Under the mutex.
void InputRunner::offer(Reading reading) { static_cast<void>(lane_->offer(std::move(reading), direction_, feedback_)); }

std::size_t InputRunner::room() const {
  const std::scoped_lock lock(mutex_);
  return lane_ != nullptr ? lane_->room() : most_kept - kept_.size();
}

void InputRunner::attach(runtime::Lane& lane, std::optional<Direction> direction) {
  const std::scoped_lock lock(mutex_);
  lane_ = &lane;
  direction_ = direction;
  for (Reading& reading : kept_) offer(std::move(reading));
  kept_.clear();
  say();
}

void InputRunner::detach() {
  const std::scoped_lock lock(mutex_);  // once: else it could come up after it has been said to go
  if (presence_ == Presence::up) turn(Presence::down, "ended", "no longer part of the site");
  lane_ = nullptr;
  detached_ = true;
}

Result<void> InputRunner::opens(Duration patience, const std::stop_token& stop) {
  Lock lock(mutex_);
  if (wake_.wait_for(lock, stop, patience, [&] { return settled_.has_value(); })) return *settled_;
  if (stop.stop_requested()) return Error{"the site is being stopped", "device " + device_, "run it again"};
  return Error{"does not open in time", "device " + device_, "check its cable and its address"};
}

bool InputRunner::lets_go(Duration patience) {
  thread_.request_stop();
  Lock lock(mutex_);
  if (!wake_.wait_for(lock, patience, [&] { return !at_work_; })) return false;
  lock.unlock();
  if (thread_.joinable()) thread_.join();
  return !feedback_ || feedback_->closes(patience);
}

void InputRunner::run_again() { begin(); }

void InputRunner::opened(std::string_view identity) {
  note(Presence::up, "identity", std::string(identity));
  settle({});
}

void InputRunner::settle(const Result<void>& how) {
  {
    const std::scoped_lock lock(mutex_);
    if (settled_) return;
    settled_ = how;
  }
  wake_.notify_all();
}

InputRunner::Vitals InputRunner::vitals() const {
  const std::scoped_lock lock(mutex_);
  return {device_,   lane_ == nullptr ? std::string() : lane_->name(),
          presence_, since_,
          detail_,   runs_ == 0 ? 0 : runs_ - 1,
          ignored_,  refused_};
}

void InputRunner::work(const std::stop_token& stop) {
  work_on(stop);
  const std::scoped_lock lock(mutex_);
  at_work_ = false;
  wake_.notify_all();
}

void InputRunner::work_on(const std::stop_token& stop) {
  Duration wait = patience_.first;
  LeakDetector leaks(device_);
  while (!stop.stop_requested()) {
    const MonotonicTime begun = clock_.now();
    {
      const std::scoped_lock lock(mutex_);
      ++runs_;
      hurry_ = false;  // what comes from now on, this run may have missed
    }
    leaks.begin();
    recorder_.begin(begun);
    const Result<void> ran = input_->run(*this, stop);
    if (stop.stop_requested()) return;
    settle(ran);
    if (const auto leak = leaks.end()) alarm("input_leaks", *leak);
    if (leaks.too_much()) return note(Presence::down, "error", "it leaks, and is not run again till the next start");
    if (ran) return note(Presence::down, "ended", "the source has ended");
    note(Presence::down, "error", to_line(ran.error()));
    if (clock_.now() - begun > patience_.longest) wait = patience_.first;
    const auto jitter = std::uniform_int_distribution<Duration::rep>(0, wait.count() / 4)(random_);
    const bool called = pause(wait + Duration(jitter), stop);
    wait = called ? patience_.first : std::min(wait * 2, patience_.longest);
  }
}

// True when try_now ended it.
bool InputRunner::pause(Duration length, const std::stop_token& stop) {
  Lock lock(mutex_);
  return wake_.wait_for(lock, stop, length, [&] { return hurry_; });
}

void InputRunner::try_now() {
  {
    const std::scoped_lock lock(mutex_);
    hurry_ = true;
  }
  wake_.notify_all();
}

void InputRunner::note(Presence presence, const std::string& detail_key, const std::string& detail) {
  const std::scoped_lock lock(mutex_);
  turn(presence, detail_key, detail);
}

// Under the mutex.
void InputRunner::turn(Presence presence, const std::string& detail_key, const std::string& detail) {
  if (detached_) return;
  detail_ = detail;
  if (std::exchange(presence_, presence) == presence) return;
  since_ = clock_.now();
  unsaid_ = Record{.kind = RecordKind::device,
                   .at = clock_.now(),
                   .wall = clock_.wall(),
                   .device = device_,
                   .reason = presence == Presence::up ? "up" : "down"};
  const bool has_ended = detail_key == "ended";
  unsaid_->details[detail_key] = detail;
  say();
  if (input_->tells_of_alarms() && !has_ended) tell_of_contact(detail);
}

// A fire that nobody can tell of is more than a scanner that is away.
void InputRunner::tell_of_contact(const std::string& why) {
  if (presence_ == Presence::down && !std::exchange(contact_lost_, true))
    alarm("alarm_contact_lost", {"no alarm can be told of: " + why, device_,
                                 "look at the contact, its board and its cable; an alarm that had begun lasts on"});
  if (presence_ == Presence::up && std::exchange(contact_lost_, false)) alarm("alarm_contact_back", {});
}

void InputRunner::alarm(std::string reason, const Error& error) {
  Record record{.kind = RecordKind::alarm, .at = clock_.now(), .wall = clock_.wall()};
  record.device = device_;
  record.reason = std::move(reason);
  if (!error.what.empty()) record.details["error"] = to_line(error);
  writer_.post(std::move(record));
}

// Under the mutex.
void InputRunner::say() {
  if (lane_ == nullptr || !unsaid_) return;
  unsaid_->lane = lane_->name();
  unsaid_->direction = direction_.value_or(Direction::in);
  writer_.post(std::move(*unsaid_));
  unsaid_.reset();
}

}  // namespace gatepost::supervisor
