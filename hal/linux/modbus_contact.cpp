#include <charconv>

#include "linux/modbus_relay.hpp"

namespace gatepost::hal {
namespace {

struct Place {
  Address board;
  int input = 0;
};

Result<Place> place_of(const Address& address) {
  constexpr std::string_view marker = "/input/";
  const auto at = address.target.rfind(marker);
  Place place{address, 0};
  if (at != std::string::npos) {
    const char *begin = address.target.data() + at + marker.size(),
               *all = address.target.data() + address.target.size();
    const auto [end, failure] = std::from_chars(begin, all, place.input);
    if (failure != std::errc() || end != all) place.input = 0;
    place.board.target.resize(at);
  }
  if (place.input >= 1) return place;
  return Error{"is no address of a Modbus input", address.text().substr(0, 80),
               "write modbus:tcp://192.168.1.20:502/unit/1/input/1"};
}

// The board that it belongs to, and with it the connection.
class ModbusContact final : public Contact {
 public:
  ModbusContact(std::unique_ptr<Relay> board, std::unique_ptr<Contact> input)
      : board_(std::move(board)), input_(std::move(input)) {}
  Result<bool> closed() override { return input_->closed(); }
  Result<bool> wait_to_close(Duration timeout, const std::stop_token& stop) override {
    return input_->wait_to_close(timeout, stop);
  }
  Result<void> forget() override { return input_->forget(); }

 private:
  std::unique_ptr<Relay> board_;
  std::unique_ptr<Contact> input_;  // must not outlive the board
};

}  // namespace

Result<std::unique_ptr<Contact>> open_modbus_contact(const Address& address) {
  const auto place = place_of(address);
  if (!place) return place.error();
  auto board = open_modbus(place->board);
  if (!board) return board.error();
  auto input = (*board)->input(place->input);
  if (!input) return input.error();
  return std::unique_ptr<Contact>(std::make_unique<ModbusContact>(std::move(*board), std::move(*input)));
}

Result<DeviceNeed> modbus_contact_need(const Address& address) {
  if (const auto opened = open_modbus_contact(address); !opened) return opened.error();  // connects when it is asked
  return modbus_need(place_of(address)->board);
}

}  // namespace gatepost::hal
