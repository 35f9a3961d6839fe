#include "sensors.hpp"

#include <cstdlib>
#include <gatepost/hal/device_needs.hpp>

namespace turnstile {

using gatepost::Error;
using gatepost::Result;
using gatepost::hal::Address;

namespace {

constexpr std::string_view own_input = "board:";
constexpr std::size_t most_untold = 16;
constexpr int looks_until_stuck = 3;  // nobody stands in a sensor from one look to the third

// The number after "board:", or 0.
int input_number(const std::string& sensor) {
  if (!sensor.starts_with(own_input) || sensor.size() > own_input.size() + 3) return 0;
  return std::atoi(sensor.c_str() + own_input.size());
}

// The serial line of a Modbus address; empty: it has none.
std::string serial_bus(const Address& address) {
  const bool serial = address.scheme == "modbus" && address.target.starts_with("rtu:");
  return serial ? address.target.substr(0, address.target.find("/unit/")) : "";
}

Result<void> check_one(const char* key, const std::string& text, const std::string& board) {
  if (text.empty() || input_number(text) >= 1) return {};
  const std::string remedy = "write board:1 for the board's own input 1, or an address such as gpio:gpiochip0/17";
  if (text.starts_with(own_input)) return Error{"is no sensor", key, remedy};
  const auto address = Address::parse(text, "/");
  if (!address) return Error{"is no sensor", key, remedy};
  if (const auto right = gatepost::hal::contact_needs(*address); !right)
    return Error{right.error().what, key, right.error().remedy};
  const auto of_board = Address::parse(board, "/");
  if (of_board && !serial_bus(*address).empty() && serial_bus(*address) == serial_bus(*of_board))
    return Error{"is on the serial bus of the board, which has one master", key,
                 "write board:N for an input of the board itself; put another unit on a line of its own"};
  return {};
}

Result<void> fits(const char* key, int input, int inputs) {
  if (input <= inputs) return {};
  if (inputs == 0)
    return Error{"the board has no inputs", key, "leave it out, or give the sensor an address of its own"};
  return Error{"the board has " + std::to_string(inputs) + (inputs == 1 ? " input" : " inputs") + " and none is " +
                   std::to_string(input),
               key, "write board:1 to board:" + std::to_string(inputs)};
}

}  // namespace

Result<void> Sensors::check(const SensorTexts& texts, const std::string& board) {
  for (const auto& [key, text] :
       {std::pair("sensor", &texts.both), std::pair("sensor_in", &texts.in), std::pair("sensor_out", &texts.out)})
    if (auto right = check_one(key, *text, board); !right) return right;
  if (!texts.both.empty() && (!texts.in.empty() || !texts.out.empty()))
    return Error{"sensor stands beside sensor_in or sensor_out", "sensor", "use either the one or the two"};
  if (!texts.in.empty() && texts.in == texts.out && input_number(texts.in) == 0)
    return Error{"both directions have the same sensor", "sensor_out", "write it as sensor"};
  return {};
}

Result<std::unique_ptr<Sensors>> Sensors::make(const SensorTexts& texts, const std::filesystem::path& directory,
                                               int inputs) {
  auto sensors = std::make_unique<Sensors>();
  sensors->in_.direction = gatepost::Direction::in;
  sensors->out_.direction = gatepost::Direction::out;
  for (const auto& [key, text, sensor] :
       {std::tuple("sensor", &texts.both, &sensors->both_), std::tuple("sensor_in", &texts.in, &sensors->in_),
        std::tuple("sensor_out", &texts.out, &sensors->out_)}) {
    sensor->input = input_number(*text);
    if (auto fit = fits(key, sensor->input, inputs); !fit) return fit.error();
    if (text->empty() || sensor->input != 0) continue;
    auto address = Address::parse(*text, directory);
    if (!address) return Error{address.error().what, key, address.error().remedy};
    sensor->address = std::move(*address);
  }
  return sensors;
}

std::vector<Address> Sensors::addresses() const {
  std::vector<Address> all;
  for (const Sensor* sensor : {&both_, &in_, &out_})
    if (sensor->address) all.push_back(*sensor->address);
  return all;
}

Result<void> Sensors::open(Sensor& sensor) {
  if (!sensor.address || (sensor.contact && sensor.contact->closed())) return {};
  sensor.contact.reset();  // it was there before, and is gone: its line is another one when it is back
  auto opened = gatepost::hal::open_contact(*sensor.address);
  if (!opened) return opened.error();
  if (auto there = (*opened)->closed(); !there) return there.error();  // some connect only when they are asked
  sensor.contact = std::move(*opened);
  return {};
}

Result<void> Sensors::open() {
  for (Sensor* sensor : {&both_, &in_, &out_})
    if (const std::scoped_lock look(sensor->mutex); !sensor->serves)  // else a passage has it, and it is open
      if (auto opened = open(*sensor); !opened) return opened;
  return {};
}

// Those that closed one after the other since the contact was asked last.
Result<void> Sensors::collect(Sensor& sensor) {
  while (sensor.unasked.size() < most_untold) {
    const auto closed = sensor.contact->wait_to_close({}, {});
    if (!closed) return closed.error();
    if (!*closed) return {};
    sensor.unasked.push_back({.direction = sensor.direction, .at = sensor.contact->closed_at()});
  }
  return sensor.contact->forget();  // more than anybody wants to be told of
}

// An input of the board is another object each time, and remembers nothing.
Result<void> Sensors::look(Sensor& sensor, gatepost::hal::Relay* board) {
  std::unique_ptr<gatepost::hal::Contact> input;
  if (sensor.input != 0) {
    if (board == nullptr) return {};
    auto opened = board->input(sensor.input);
    if (!opened) return opened.error();
    input = std::move(*opened);
  } else {
    if (sensor.contact && !collect(sensor)) sensor.contact.reset();  // it is gone, and may be back
    if (!sensor.contact)
      if (auto opened = open(sensor); !opened) return opened;
  }
  const auto closed = (input ? input : sensor.contact)->closed();
  if (!closed) return closed.error();
  if (input && *closed && sensor.closed_looks == 0) sensor.unasked.push_back({.direction = sensor.direction});
  sensor.closed_looks = *closed ? sensor.closed_looks + 1 : 0;
  return {};
}

Result<Sensors::Seen> Sensors::look(const std::shared_ptr<gatepost::hal::Relay>& board) {
  Seen seen;
  for (Sensor* sensor : {&both_, &in_, &out_}) {
    const std::scoped_lock look_at(sensor->mutex);
    if (!sensor->fitted() || sensor->serves) continue;
    if (auto looked = look(*sensor, board.get()); !looked) return looked.error();
    seen.passed.insert(seen.passed.end(), sensor->unasked.begin(), sensor->unasked.end());
    sensor->unasked.clear();
    seen.is_stuck = seen.is_stuck || sensor->closed_looks >= looks_until_stuck;
  }
  return seen;
}

Result<void> Sensors::forget() {
  for (Sensor* sensor : {&both_, &in_, &out_}) {
    const std::scoped_lock look_at(sensor->mutex);
    sensor->unasked.clear();
    sensor->closed_looks = 1;
    if (!sensor->contact || sensor->serves) continue;
    if (auto forgotten = sensor->contact->forget(); !forgotten) return forgotten;
  }
  return {};
}

void Sensors::Use::Free::operator()(Sensor* sensor) const {
  const std::scoped_lock look(sensor->mutex);
  sensor->serves = false;
}

Result<Sensors::Use> Sensors::use(gatepost::Direction direction, const std::shared_ptr<gatepost::hal::Relay>& board) {
  Sensor& own = direction == gatepost::Direction::in ? in_ : out_;
  Sensor& sensor = own.fitted() ? own : both_;
  Use use(board);
  if (!sensor.fitted()) return use;
  if (sensor.input != 0) {
    const std::scoped_lock look(sensor.mutex);
    sensor.closed_looks = 1;  // whoever stands there after the passage is the one who passed
    if (!board) return Error{"the board is gone, and its inputs with it", "sensor", "plug it in again"};
    auto input = board->input(sensor.input);
    if (!input) return input.error();
    use.input_ = std::move(*input);
    use.contact_ = use.input_.get();
    return use;
  }
  const std::scoped_lock look(sensor.mutex);  // waits for whoever looks whether it is there, but for no passage
  if (sensor.serves)
    return Error{"somebody else is being waited for at this sensor", sensor.address->text(),
                 "give each lane a sensor of its own"};
  if (auto opened = open(sensor); !opened) return opened.error();
  // Who passed before this passage is somebody else.
  if (auto collected = collect(sensor); !collected) return collected.error();
  if (auto forgotten = sensor.contact->forget(); !forgotten) return forgotten.error();
  sensor.serves = true;
  use.turn_.reset(&sensor);
  use.contact_ = sensor.contact.get();
  return use;
}

}  // namespace turnstile
