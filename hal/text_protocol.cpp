#include <gatepost/hal/text_protocol.hpp>

#include <algorithm>
#include <array>
#include <gatepost/hal/deadline.hpp>
#include <utility>

namespace gatepost::hal {
namespace {

constexpr std::size_t longest_answer = 4096;

Error no_answer(const std::string& where) {
  return {"the board does not answer", where, "check its power, its cable and that it is what its address says"};
}

}  // namespace

TextProtocol::TextProtocol(std::unique_ptr<ByteStream> stream, TextManner manner)
    : stream_(std::move(stream)), manner_(std::move(manner)) {}

TextProtocol::~TextProtocol() { stream_->close(); }

// Connecting takes a `timeout`, the answer another, and letting a late one pass two.
RelayShape TextProtocol::shape(int channels, const TextManner& manner, Duration in_flight) {
  return {.channels = channels,
          .command = manner.timeout,
          .failing = (manner.echoes ? 2 : 4) * manner.timeout,
          .settle = in_flight + manner.timeout};
}

// What names a state goes out at once, since its own late answer does no harm; what has a deadline can wait.
Result<std::string> TextProtocol::command(std::string_view request, BootTime not_after) {
  return ask({.text = request, .not_after = not_after, .switches = true, .waits = not_after != BootTime::max()});
}

Result<std::string> TextProtocol::query(std::string_view request) {
  return ask({.text = request, .not_after = BootTime::max(), .switches = false, .waits = true});
}

Duration TextProtocol::unsettled() const {
  const std::scoped_lock lock(mutex_);
  return std::max(settled_at_ - stream_->now(), unheard_ ? manner_.timeout : Duration::zero());
}

std::string TextProtocol::identity() const {
  const std::scoped_lock lock(mutex_);
  return stream_->identity();
}

Result<std::string> TextProtocol::ask(const Request& request) {
  const std::scoped_lock lock(mutex_);
  if (request.waits && !manner_.echoes) let_pass(std::min(late_, request.not_after));
  if (auto ready = make_ready(std::min(stream_->now() + manner_.timeout, request.not_after)); !ready)
    return ready.error();
  asked_ = stream_->now();
  if (asked_ > request.not_after) return too_late(stream_->identity());  // connecting may take long
  if (asked_ < late_) late_ = asked_ + 2 * manner_.timeout;              // what comes may be the other's answer
  const BootTime until = std::min(asked_ + manner_.timeout, request.not_after);
  if (auto written = stream_->write(std::as_bytes(std::span(request.text)), until); !written)
    return lost(request, written.error());
  return listen(request, until);
}

// A connection that was ended while nothing was asked is no reason to refuse the next person.
Result<void> TextProtocol::make_ready(BootTime until) {
  if (auto connected = stream_->connect(until); !connected) return connected;
  if (stream_->flush()) return {};
  stream_->close();
  return stream_->connect(until);
}

void TextProtocol::let_pass(BootTime until) {
  std::array<std::byte, 64> late;
  while (stream_->now() < until && stream_->connect(until)) {
    const auto size = stream_->read(late, until);
    if (!size || *size == 0) return;
  }
}

Result<std::string> TextProtocol::listen(const Request& request, BootTime until) {
  const std::string_view echo = request.text.substr(0, request.text.find_last_not_of("\r\n") + 1);
  std::array<std::byte, 256> buffer;
  std::string came;
  while (came.size() < longest_answer) {
    const auto size = stream_->read(buffer, until);
    if (!size) return lost(request, size.error());
    came.append(reinterpret_cast<const char*>(buffer.data()), *size);
    for (auto end = came.find(manner_.ends); end != came.npos; end = came.find(manner_.ends)) {
      std::string answer = came.substr(0, end);
      came.erase(0, end + manner_.ends.size());
      if (manner_.echoes && answer.find(echo) == answer.npos) continue;  // of a request that was given up
      if (std::exchange(unheard_, false)) settled_at_ = std::max(settled_at_, stream_->now() + manner_.timeout);
      return answer;
    }
    if (*size == 0 || stream_->now() >= until) return lost(request, no_answer(stream_->identity()));
  }
  return lost(request, {"answers without an end", stream_->identity(), "check that it is what its address says"});
}

Error TextProtocol::lost(const Request& request, Error error) {
  const Duration in_flight = stream_->reset();
  late_ = std::max(late_, asked_ + 2 * manner_.timeout);
  if (request.switches) settled_at_ = std::max(settled_at_, stream_->now() + in_flight + manner_.timeout);
  unheard_ = true;  // it may be frozen, and have what another process has sent it
  return error;
}

}  // namespace gatepost::hal
