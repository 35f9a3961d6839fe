#include "guard/message.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace gatepost::hal::guard {
namespace {

class Writer {
 public:
  template <class T>
  void number(T value) {
    auto left = static_cast<std::make_unsigned_t<T>>(value);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_ += static_cast<char>(left & 0xFF);
      if constexpr (sizeof(T) > 1) left = static_cast<std::make_unsigned_t<T>>(left >> 8);
    }
  }
  void text(std::string_view text) {
    text = text.substr(0, largest_text);
    number(static_cast<std::uint16_t>(text.size()));
    bytes_ += text;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Remembers that something was wrong; ask good() at the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class T>
  T number(std::uint64_t most = static_cast<std::make_unsigned_t<T>>(std::numeric_limits<T>::max())) {
    std::uint64_t value = 0;
    if (rest_.size() < sizeof(T)) {
      good_ = false;
      return {};
    }
    for (std::size_t i = 0; i < sizeof(T); ++i) value |= std::uint64_t{static_cast<std::uint8_t>(rest_[i])} << (8 * i);
    rest_.remove_prefix(sizeof(T));
    if (value > most) {
      good_ = false;
      return {};
    }
    return static_cast<T>(value);
  }
  std::string text() {
    const std::size_t size = number<std::uint16_t>(largest_text);
    if (size > rest_.size()) good_ = false;
    if (!good_) return {};
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  bool good() const { return good_; }
  bool good_and_done() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

Error not_understood(std::string_view bytes) {
  if (!bytes.empty() && static_cast<std::uint8_t>(bytes[0]) != version)
    return {"a message of version " + std::to_string(static_cast<std::uint8_t>(bytes[0])) + " came, and this speaks " +
                std::to_string(version),
            "gatepost-guard", "restart the engine: its program was replaced while it ran"};
  return {"a message of " + std::to_string(bytes.size()) + " bytes cannot be understood", "gatepost-guard",
          "report this to Gatepost's authors"};
}

}  // namespace

std::string to_bytes(const Request& request) {
  Writer out;
  out.number(version);
  out.number(static_cast<std::uint8_t>(request.verb));
  out.number(request.number);
  out.number(request.channel);
  out.number(static_cast<std::uint8_t>(request.on));
  out.number(std::int64_t{request.length.count()});
  out.number(std::int64_t{request.not_after.time_since_epoch().count()});
  if (request.verb == Verb::take) {
    const auto count = std::min(request.channels.size(), most_channels);
    out.number(static_cast<std::uint8_t>(count));
    for (std::size_t i = 0; i < count; ++i) out.number(request.channels[i]);
    out.text(request.address);
    out.text(request.directory);
  }
  return out.take();
}

Result<Request> parse_request(std::string_view bytes) {
  ByteReader in(bytes);
  Request request;
  if (in.number<std::uint8_t>() != version) return not_understood(bytes);
  request.verb = static_cast<Verb>(in.number<std::uint8_t>(static_cast<std::uint8_t>(Verb::leave)));
  request.number = in.number<std::uint32_t>();
  request.channel = in.number<std::uint16_t>();
  request.on = in.number<std::uint8_t>(1) == 1;
  request.length = Duration(in.number<std::int64_t>());
  request.not_after = BootTime(Duration(in.number<std::int64_t>()));
  if (in.good() && request.verb == Verb::take) {
    request.channels.resize(in.number<std::uint8_t>(most_channels));
    for (auto& channel : request.channels) channel = in.number<std::uint8_t>();
    request.address = in.text();
    request.directory = in.text();
  }
  if (!in.good_and_done()) return not_understood(bytes);
  return request;
}

std::string to_bytes(const Answer& answer) {
  Writer out;
  out.number(version);
  out.number(static_cast<std::uint8_t>(answer.failed));
  out.number(answer.number);
  out.number(static_cast<std::uint8_t>(answer.state));
  out.number(std::int64_t{answer.settle.count()});
  for (const auto& text : answer.texts) out.text(text);
  return out.take();
}

Result<Answer> parse_answer(std::string_view bytes) {
  ByteReader in(bytes);
  Answer answer;
  if (in.number<std::uint8_t>() != version) return not_understood(bytes);
  answer.failed = in.number<std::uint8_t>(1) == 1;
  answer.number = in.number<std::uint32_t>();
  answer.state = static_cast<State>(in.number<std::uint8_t>(static_cast<std::uint8_t>(State::unknown)));
  answer.settle = Duration(in.number<std::int64_t>());
  for (auto& text : answer.texts) text = in.text();
  if (!in.good_and_done()) return not_understood(bytes);
  return answer;
}

}  // namespace gatepost::hal::guard
