#include "modbus/master.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <gatepost/hal/deadline.hpp>
#include <utility>

#include "driver_hooks.hpp"

namespace gatepost::hal::modbus {
namespace {

using namespace std::chrono_literals;

constexpr Duration before_again = 20ms;

// A board that answers later than that is too slow for a line.
Duration late_for(Duration timeout) { return 2 * timeout; }

std::string in_milliseconds(Duration time) {
  return std::to_string(std::chrono::round<std::chrono::milliseconds>(time).count()) + " ms";
}

std::string_view remedy_of(std::uint8_t exception) {
  switch (exception) {
    case 1:
      return "see in the board's manual whether it has relays as coils and inputs as discrete inputs";
    case 2:
    case 3:
      return "it has no such channel, input or timer: check channels=, input/ and pulse= against its manual";
    case 5:
    case 6:
      return "the board is busy: look for who else asks it";
    case 10:
    case 11:
      return "the gateway does not reach the board: check the bus behind it, and the unit number";
    default:
      return "the board reports a fault of its own: switch it off and on, and see its manual";
  }
}

}  // namespace

Master::Master(std::unique_ptr<ByteStream> stream, Framing framing, std::string where, Duration timeout, Duration pause)
    : stream_(std::move(stream)), framing_(framing), where_(std::move(where)), timeout_(timeout), pause_(pause) {}

// Nothing is owed by now; the last words may go their way, so that a board with one place for clients frees it.
Master::~Master() { stream_->close(); }

Duration Master::unsettled() const {
  return std::max(settled_at_ - stream_->now(), unheard_ ? timeout_ : Duration::zero());
}

Error Master::at_board(Error error) const {
  error.where = where_;
  return error;
}

Result<bool> Master::ask(const Request& request, const Sending& sending) {
  const BootTime end = stream_->now() + failing_within(framing_, timeout_);
  opening_ = sending.opens;
  const bool waits = framing_ == Framing::rtu && !(request.writes() && sending.again);
  while (true) {
    if (waits) let_pass(std::min(late_, sending.not_after));
    Outcome outcome = attempt(request, sending.not_after, end);
    const BootTime again = stream_->now() + before_again;
    const bool in_time = std::max(again, waits ? late_ : again) + timeout_ / 2 <= end;
    const bool may_be_sent_again = sending.again || mutant(Mutant::opening_sent_again);
    if (outcome.bit || !outcome.passes || !may_be_sent_again || !in_time) return outcome.bit;
    stream_->wait_until(again);
  }
}

Master::Outcome Master::attempt(const Request& request, BootTime not_after, BootTime end) {
  const auto before = [&](BootTime time) { return std::min(time, std::min(end, not_after)); };
  if (auto ready = make_ready(before(stream_->now() + timeout_)); !ready) return {at_board(ready.error()), false};
  // The last look: connecting may take long.
  if (stream_->now() > not_after && !mutant(Mutant::last_look_left_out)) return {too_late(where_), false};
  const std::uint16_t transaction = ++transaction_;
  const std::string frame = framing_ == Framing::tcp ? to_tcp(request, transaction) : to_rtu(request);
  asked_ = stream_->now();
  if (asked_ < late_) late_ = std::max(late_, asked_ + late_for(timeout_));  // what comes may be the other's answer
  const BootTime until = before(asked_ + timeout_);
  if (auto written = stream_->write(std::as_bytes(std::span(frame)), until); !written) return lost(written.error());
  return listen(request, transaction, until, until == not_after);
}

// Servers hang up on connections that are long idle; that is no reason to refuse the next person, and is seen before
// anything is asked.
Result<void> Master::make_ready(BootTime until) {
  came_.clear();
  if (auto connected = stream_->connect(until); !connected) return connected;
  if (!stream_->flush()) {
    stream_->close();
    if (auto connected = stream_->connect(until); !connected) return connected;
  }
  if (stream_->now() < free_at_) stream_->wait_until(free_at_);
  return {};
}

// On a line the late answer to one request may look like that to the next: reads repeat nothing, and "on" is "on". A
// command to rest goes out at once, since its own late echo does no harm.
void Master::let_pass(BootTime until) {
  std::array<std::byte, 64> late;
  while (stream_->now() < until && stream_->connect(until)) {
    const auto size = stream_->read(late, until);
    if (!size || *size == 0) return;
  }
}

Master::Outcome Master::listen(const Request& request, std::uint16_t transaction, BootTime until, bool until_deadline) {
  std::array<std::byte, longest_frame> buffer;
  while (true) {
    const auto size = stream_->read(buffer, until);
    if (!size) return lost(size.error());
    free_at_ = stream_->now() + pause_;
    came_.append(reinterpret_cast<const char*>(buffer.data()), *size);
    Found found;
    do {
      found = framing_ == Framing::tcp ? find_in_tcp(came_, request, transaction) : find_in_rtu(came_, request);
      came_.erase(0, found.size);
    } while (found.what == Found::other && !came_.empty());
    if (found.what == Found::answer) return heard(found.bit);
    if (found.what == Found::refusal) return refused(found.exception);
    if (found.what == Found::broken)
      return lost({"answers what is not Modbus", where_, "check that it is what its address says"});
    if (*size == 0 || stream_->now() >= until)
      return lost(
          {until_deadline ? "no answer by the command's deadline" : "no answer in " + in_milliseconds(until - asked_),
           where_, "check its power, its wires, its unit number and the speed of its line"});
  }
}

Master::Outcome Master::heard(bool bit) {
  if (std::exchange(unheard_, false)) settled_at_ = std::max(settled_at_, stream_->now() + timeout_);
  return {bit};
}

Master::Outcome Master::lost(Error error) {
  const Duration in_flight = stream_->reset();
  late_ = std::max(late_, asked_ + late_for(timeout_));
  if (mutant(Mutant::given_up_is_settled)) opening_ = false;
  if (opening_) settled_at_ = std::max(settled_at_, stream_->now() + in_flight + timeout_);
  // It may be frozen, and have what another process has sent it.
  unheard_ = !mutant(Mutant::frozen_board_is_settled);
  return {at_board(std::move(error)), true};
}

// A refusal that passes is the word of a gateway whose board may have it all the same, or of one that acts later.
Master::Outcome Master::refused(std::uint8_t exception) {
  if (opening_ && passes(exception)) {
    settled_at_ = std::max(settled_at_, stream_->now() + timeout_);
    unheard_ = true;
  }
  return {Error{"refuses: exception " + exception_text(exception), where_, std::string(remedy_of(exception))},
          passes(exception)};
}

}  // namespace gatepost::hal::modbus
