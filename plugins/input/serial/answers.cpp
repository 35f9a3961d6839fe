#include "answers.hpp"

#include <algorithm>
#include <chrono>

namespace serial {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr auto answered_within = std::chrono::seconds(1);  // at 9600 baud twenty bytes take 20 ms

// 02 00, what became of it, one byte that is 0, and the CRC of these.
std::vector<std::string> zone_answers() {
  return {"\x02\x00\x00\x01\x00\x33\x31"s, "\x02\x00\x01\x01\x00\x04\x01"s, "\x02\x00\x03\x01\x00\x6A\x61"s};
}

std::vector<std::string> echoes(std::string_view command) {
  constexpr auto end = ";\x03"sv;
  if (!command.ends_with(end)) return {};
  const std::string echo = "\x02" + std::string(command.substr(1, command.size() - 1 - end.size()));
  std::vector<std::string> all;
  for (const char verdict : {'\x06', '\x15', '\x05'}) all.push_back(echo + verdict + std::string(end));
  return all;
}

// Length without the checksum, opcode, source, status, data; then the two's complement of their sum.
std::string ssi_packet(char opcode, std::string_view data) {
  std::string packet{static_cast<char>(4 + data.size()), opcode, '\0', '\0'};
  packet += data;
  unsigned sum = 0;
  for (const char byte : packet) sum -= static_cast<unsigned char>(byte);
  packet += static_cast<char>(sum >> 8U & 0xFFU);
  packet += static_cast<char>(sum & 0xFFU);
  return packet;
}

std::vector<std::string> ssi_answers() {
  std::vector<std::string> all{ssi_packet('\xD0', {})};
  for (const auto reason : {"\x01"sv, "\x02"sv, "\x06"sv, "\x0A"sv}) all.push_back(ssi_packet('\xD1', reason));
  return all;
}

bool is_ssi(std::string_view command) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(command[at]); };
  return command.size() >= 6 && byte(0) + 2U == command.size() && byte(2) == 4;
}

}  // namespace

std::vector<std::string> answers_to(std::string_view command) {
  if (command.starts_with("\x7E\x00"sv)) return zone_answers();
  if (command.starts_with("\x7E\x01"sv)) return echoes(command);
  const bool is_answer = command.size() > 1 && (command[1] == '\xD0' || command[1] == '\xD1');  // the host's own
  return is_ssi(command) && !is_answer ? ssi_answers() : std::vector<std::string>();
}

void Answers::begin() {
  const std::scoped_lock lock(mutex_);
  outstanding_.clear();
  held_.clear();
}

void Answers::sent(std::string_view command, gatepost::MonotonicTime at) {
  auto answers = answers_to(command);
  if (answers.empty()) return;
  const std::scoped_lock lock(mutex_);
  outstanding_.push_back({std::move(answers), at + answered_within});
}

bool Answers::expects(gatepost::MonotonicTime now) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(outstanding_, [&](const Outstanding& one) { return one.until < now; });
  return !outstanding_.empty();
}

// Commands are answered in order: one that was passed over is no longer waited for.
Answers::Found Answers::at_front(std::string_view bytes) {
  const std::scoped_lock lock(mutex_);
  Found found;
  for (auto one = outstanding_.begin(); one != outstanding_.end(); ++one)
    for (const auto& answer : one->answers) {
      if (bytes.starts_with(answer)) {
        const std::size_t size = answer.size();
        outstanding_.erase(outstanding_.begin(), std::next(one));
        return {Match::whole, size};
      }
      if (answer.starts_with(bytes)) found.match = Match::part;
    }
  return found;
}

void Answers::sift(std::string_view bytes, gatepost::MonotonicTime now, const std::function<bool()>& in_scan,
                   const std::function<void(std::string_view)>& feed) {
  const std::string all = std::exchange(held_, {}) + std::string(bytes);
  std::string_view left = all;
  while (!left.empty() && expects(now)) {
    const Found found = in_scan() ? Found() : at_front(left);
    if (found.match == Match::part) {
      held_ = left;
      return;
    }
    if (found.match == Match::none) feed(left.substr(0, 1));
    left.remove_prefix(std::max<std::size_t>(found.size, 1));
  }
  if (!left.empty()) feed(left);
}

}  // namespace serial
