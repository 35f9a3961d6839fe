// What a converter that speaks telnet (RFC 854) sends between scans. Nothing of it is a scan.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tcp {

/// Commands are known where a frame could begin; once one has come, anywhere, and two FF are one byte FF from then on.
/// Every option that is offered or asked for is refused, once: the line stays what it is.
class Telnet {
 public:
  /// Takes the commands out. What is left goes to `data`, in pieces; `in_frame` says whether it stands inside a frame.
  template <class InFrame, class Data>
  void sift(std::string_view bytes, InFrame in_frame, Data data) {
    while (!bytes.empty()) {
      if (state_ == State::data) {
        const auto next = std::min(bytes.find(escape), bytes.size());
        if (next > 0) data(bytes.substr(0, next));
        bytes.remove_prefix(next);
        if (bytes.empty()) return;
        bytes.remove_prefix(1);
        if (speaks_ || !in_frame())
          state_ = State::command;
        else
          data(std::string_view(&escape, 1));
        continue;
      }
      step(bytes.front(), data);
      bytes.remove_prefix(1);
    }
  }

  /// What is to be sent back; empty afterwards.
  std::string answers() { return std::exchange(answers_, {}); }

 private:
  enum class State { data, command, option, subnegotiation, end_of_it };
  static constexpr char escape = '\xFF', subnegotiate = '\xFA', end = '\xF0';

  template <class Data>
  void step(char byte, Data data) {
    const auto code = static_cast<unsigned char>(byte);
    switch (state_) {
      case State::command:
        state_ = State::data;
        if (byte == escape && speaks_) return data(std::string_view(&escape, 1));
        if (code < 0xF0 || byte == escape) {  // no command: it was the beginning of a code
          data(std::string_view(&escape, 1));
          return data(std::string_view(&byte, 1));
        }
        speaks_ = true;
        asked_ = code;
        if (code >= 0xFB) state_ = State::option;
        if (byte == subnegotiate) state_ = State::subnegotiation;
        return;
      case State::option:
        refuse(code);
        state_ = State::data;
        return;
      case State::subnegotiation:
        if (byte == escape) state_ = State::end_of_it;
        return;
      case State::end_of_it:
        state_ = byte == end ? State::data : State::subnegotiation;
        return;
      case State::data:
        return;
    }
  }

  // WILL (FB) ▶ DONT (FE), DO (FD) ▶ WONT (FC). A refusal is not answered, so that it ends.
  void refuse(unsigned char option) {
    const bool offers = asked_ == 0xFB, asks = asked_ == 0xFD;
    const std::size_t which = option + (offers ? 256U : 0U);
    if ((!offers && !asks) || refused_[which]) return;
    refused_[which] = true;
    ((answers_ += escape) += offers ? '\xFE' : '\xFC') += static_cast<char>(option);
  }

  State state_ = State::data;
  bool speaks_ = false;
  unsigned char asked_ = 0;
  std::bitset<512> refused_;
  std::string answers_;
};

}  // namespace tcp
