#include "message_parts.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace camera {
namespace {

using namespace std::chrono_literals;

constexpr gatepost::Duration between_parts = 3s;  // from one part to the next, held by hand
constexpr gatepost::Duration remembered = 30s;
constexpr std::size_t most_messages = 16;

bool belongs(const Code& one, const Code& other) { return one.message == other.message && one.parts == other.parts; }

bool is_whole(const std::vector<Code>& parts) {
  return parts.front().parts > 0 && std::ssize(parts) == parts.front().parts;
}

Code joined(std::vector<Code> parts) {
  Code whole = parts.back();
  std::ranges::sort(parts, {}, &Code::part);
  whole.bytes.clear();
  whole.text.clear();
  for (const auto& part : parts) {
    whole.bytes += part.bytes;
    whole.text += part.text;
  }
  whole.part = whole.parts = 0;
  whole.message.clear();
  return whole;
}

}  // namespace

std::optional<Code> MessageParts::add(const Code& part, gatepost::MonotonicTime at) {
  std::erase_if(messages_, [&](const Message& one) { return at - one.last > remembered; });
  auto message = std::ranges::find_if(messages_, [&](const Message& one) { return belongs(one.parts[0], part); });
  if (message == messages_.end()) {
    if (messages_.size() == most_messages) messages_.erase(messages_.begin());
    message = messages_.insert(messages_.end(), Message{{}, at});
  }
  auto& parts = message->parts;
  if (std::exchange(message->is_over, false)) parts.clear();  // it is shown again
  if (std::erase_if(parts, [&](const Code& known) { return known.part == part.part; }) == 0) message->last = at;
  parts.push_back(part);
  if (!is_whole(parts)) return {};
  message->is_over = message->was_whole = true;
  return joined(parts);
}

std::vector<Code> MessageParts::incomplete(gatepost::MonotonicTime now) {
  std::vector<Code> told;
  for (auto& message : messages_)
    if (!message.is_over && !message.was_whole && now - message.last >= between_parts) {
      message.is_over = true;
      told.push_back(message.parts.back());
    }
  return told;
}

std::string part_of(const Code& code) {
  return "part " + std::to_string(code.part) + (code.parts > 0 ? " of " + std::to_string(code.parts) : "");
}

}  // namespace camera
