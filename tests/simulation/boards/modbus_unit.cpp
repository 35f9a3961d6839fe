#include "modbus_unit.hpp"

#include <chrono>

namespace gatepost::simulation {
namespace {

using namespace std::chrono_literals;

constexpr int flash_on = 0x0200;

int word(const std::string& body, std::size_t at) {
  return static_cast<unsigned char>(body[at]) * 256 + static_cast<unsigned char>(body[at + 1]);
}

std::string refusal(const std::string& body, int exception) {
  return {body[0], static_cast<char>(body[1] | 0x80), static_cast<char>(exception)};
}

}  // namespace

void ModbusUnit::request(const std::string& body, const Answer& answer) {
  const Behaviour behaviour = board_.take_behaviour();
  const BootTime begins = std::max(time_.boot(), board_.thawed_at());
  time_.at(begins + behaviour.acts_after, [this, body, behaviour, answer, boots = board_.boots()] {
    if (!board_.powered() || board_.boots() != boots) return;
    const bool refused = behaviour.says == Behaviour::refusal;
    const std::string said = refused ? refusal(body, behaviour.exception) : act(body, behaviour.acts);
    // A gateway's word, while its board was only slow.
    if (refused && behaviour.acts && (behaviour.exception == 5 || behaviour.exception == 11))
      time_.after(100ms, [this, body, boots] {
        if (board_.powered() && board_.boots() == boots) act(body, true);
      });
    time_.after(behaviour.says_after, [this, behaviour, said, answer, boots] {
      if (board_.powered() && board_.boots() == boots) say(behaviour, said, answer);
    });
  });
}

void ModbusUnit::say(const Behaviour& behaviour, const std::string& said, const Answer& answer) {
  const std::string last = last_answer_;
  last_answer_ = said;
  switch (behaviour.says) {
    case Behaviour::nothing:
      return;
    case Behaviour::last_answer:
      return answer(last.empty() ? said : last, !last.empty());
    case Behaviour::noise:
      return answer(said.substr(0, said.size() / 2) + "\x55\xAA", false);
    case Behaviour::twice:
      answer(said, false);
      time_.after(30ms, [answer, said] { answer(said, false); });
      return;
    default:
      return answer(said, false);
  }
}

std::string ModbusUnit::act(const std::string& body, bool acts) {
  if (body.size() != 6) return refusal(body, 3);
  const int function = body[1], address = word(body, 2), value = word(body, 4);
  const int channel = (address >= flash_on ? address - flash_on : address) + 1;
  if (function != 1 && function != 2 && function != 5) return refusal(body, 1);
  if (channel > board_.channels()) return refusal(body, 2);
  if (function != 5) {
    const bool bit = function == 1 ? board_.on(channel) : board_.closed(channel);
    return {body[0], body[1], '\x01', bit ? '\x01' : '\x00'};
  }
  if (address < flash_on && value != 0 && value != 0xFF00) return refusal(body, 3);
  if (acts && address < flash_on) board_.set(channel, value != 0);
  if (acts && address >= flash_on) board_.pulse(channel, 100ms * value);
  return body;
}

}  // namespace gatepost::simulation
