// Lamps and buzzers on a relay board, which show a lane's verdicts.
#include <gatepost/boot.hpp>
#include <gatepost/descriptor.hpp>
#include <gatepost/hal/board.hpp>
#include <gatepost/hal/device_needs.hpp>

#include "lights.hpp"
#include "wiring.hpp"

namespace {

using gatepost::Delivery;
using gatepost::Error;
using gatepost::Record;
using gatepost::Result;
using namespace std::chrono_literals;

struct Settings {
  std::string board;
  std::uint8_t grant = 1;
  std::uint8_t deny = 2;
  std::vector<std::string> channels;
  std::chrono::milliseconds time = 1s;
};

constexpr auto table = gatepost::settings(
    gatepost::field(
        "board", &Settings::board,
        "address of a relay board that has lamps alone: lcus:…, dcttech:…, modbus:…, gpio:CHIP/LINE,LINE, or "
        "NAME:… of a plugin of kind board")
        .required(),
    gatepost::field("grant", &Settings::grant, "channel that is on after a verdict that does not deny; 0: not fitted")
        .between(0, 64),
    gatepost::field("deny", &Settings::deny, "channel that is on after a deny; 0: not fitted").between(0, 64),
    gatepost::field("channels", &Settings::channels,
                    "in place of grant and deny where one board has the lamps of several lanes: [north.grant=1, "
                    "north.deny=2, south.deny=3]"),
    gatepost::field("time", &Settings::time, "how long a lamp is lit").between(10ms, 60s));

// A lamp that shows an old verdict misleads whoever stands there now.
constexpr gatepost::Duration freshness = 2s;

Result<void> fits(const lamp::Wiring& wiring, int channels) {
  const int most = *wiring.all().rbegin();
  if (most <= channels) return {};
  return Error{"the board has " + std::to_string(channels) + (channels == 1 ? " channel" : " channels") +
                   " and none is " + std::to_string(most),
               "channels",
               "write 1 to " + std::to_string(channels) + ", or how many it has in its address: channels=8"};
}

class Lamp final : public gatepost::Sink {
 public:
  static Result<std::unique_ptr<Lamp>> make(const Settings& settings, const gatepost::Instance& instance) {
    auto address = gatepost::hal::Address::parse(settings.board, instance.directory);
    if (!address) return Error{address.error().what, "board", address.error().remedy};
    auto find = gatepost::hal::boards_of(instance.host);
    const auto shape = gatepost::hal::relay_shape(*address, find);
    if (!shape) return Error{shape.error().what, "board", shape.error().remedy};
    auto wiring = lamp::Wiring::make({settings.grant, settings.deny}, settings.channels);
    if (!wiring) return wiring.error();
    if (auto fit = fits(*wiring, shape->channels); !fit) return fit.error();
    if (auto told = gatepost::hal::tell(*instance.host, gatepost::hal::relay_needs(*address, find), "board"); !told)
      return told.error();
    return std::make_unique<Lamp>(std::move(*address), std::move(find), std::move(*wiring), settings.time);
  }

  Lamp(gatepost::hal::Address address, gatepost::hal::FindBoard find, lamp::Wiring wiring, gatepost::Duration time)
      : address_(std::move(address)),
        find_(std::move(find)),
        wiring_(std::move(wiring)),
        time_(time),
        boot_(gatepost::boot_id()) {}

  // All are taken whatever becomes of the lamps: nothing is to wait for a verdict that nobody looks at any more.
  Delivery deliver(std::span<const Record> batch, std::stop_token) override {
    if (!lights_) lights_.emplace(address_, find_, wiring_.all(), time_);
    for (const Record& record : batch)
      if (is_fresh(record)) show(record);
    return {batch.size(), lights_->trouble()};
  }

 private:
  bool is_fresh(const Record& record) const {
    return record.kind == gatepost::RecordKind::attempt && record.boot == boot_ &&
           gatepost::SystemClock().now() - record.at < freshness;
  }

  void show(const Record& record) {
    const auto pair = wiring_.of(record.lane);
    const bool deny = record.outcome == gatepost::Outcome::deny;
    lights_->show(deny ? pair.deny : pair.grant, deny ? pair.grant : pair.deny);
  }

  const gatepost::hal::Address address_;
  const gatepost::hal::FindBoard find_;
  const lamp::Wiring wiring_;
  const gatepost::Duration time_;
  const std::string boot_;
  std::optional<lamp::Lights> lights_;  ///< from the first Record on: what is only checked opens nothing
};

}  // namespace

GATEPOST_SINK("lamp", "lamps and buzzers that show a lane's verdicts", table, Lamp)
