// Buttons and alarm contacts.
#include <array>
#include <chrono>
#include <gatepost/descriptor.hpp>
#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/device_needs.hpp>

namespace {

using gatepost::Error;
using gatepost::InputHost;
using gatepost::Result;
using gatepost::Signal;
using gatepost::hal::Address;
using gatepost::hal::Contact;
using namespace std::chrono_literals;

enum class Means { button, alarm };
constexpr auto setting_names(Means) {
  return std::array{gatepost::Choice{"button", Means::button}, gatepost::Choice{"alarm", Means::alarm}};
}

struct Settings {
  std::string device;
  Means means = Means::button;
};

constexpr auto table = gatepost::settings(
    gatepost::field("device", &Settings::device, "address of the contact: gpio:…/LINE, modbus:…/unit/1/input/3, sim:…")
        .required(),
    gatepost::field("means", &Settings::means,
                    "button: each press lets one through its lane; alarm: while it is closed, every lane with "
                    "opens_on_alarm is held open"));

constexpr auto between_looks = 200ms;  // at an alarm that is on
constexpr auto look_anyway = 1s;       // at one that is off: what it is counts, whatever a wait has missed

class ContactInput final : public gatepost::Input {
 public:
  static constexpr std::array suits{gatepost::Hardware{0, 0, "buttons and alarm contacts on GPIO lines", "gpio"}};

  static Result<std::unique_ptr<ContactInput>> make(const Settings& settings, const gatepost::Instance& instance) {
    auto address = Address::parse(settings.device, instance.directory);
    if (!address) return Error{address.error().what, "device", address.error().remedy};
    if (auto told = gatepost::hal::tell(*instance.host, gatepost::hal::contact_needs(*address), "device"); !told)
      return told.error();
    return std::make_unique<ContactInput>(settings.means, std::move(*address));
  }

  ContactInput(Means means, Address address) : means_(means), address_(std::move(address)) {}

  bool tells_of_alarms() const override { return means_ == Means::alarm; }

  Result<void> run(InputHost& host, std::stop_token stop) override {
    auto contact = gatepost::hal::open_contact(address_);
    if (!contact) return contact.error();
    auto closed = (*contact)->closed();
    if (!closed) return closed.error();
    if (means_ == Means::alarm) return watch(host, **contact, *closed, stop);
    host.opened(address_.text());
    while (!stop.stop_requested()) {
      auto pressed = (*contact)->wait_to_close(24h, stop);
      if (!pressed) return pressed.error();
      if (*pressed) host.signal(Signal::press, (*contact)->closed_at().value_or(gatepost::MonotonicTime{}));
    }
    return {};
  }

 private:
  // What it says now counts, whatever was told before it was away, and is told first: at a start gates wait for it.
  Result<void> watch(InputHost& host, Contact& contact, bool closed, const std::stop_token& stop) const {
    host.signal(closed ? Signal::alarm : Signal::all_clear, {});
    host.opened(address_.text());
    while (!stop.stop_requested()) {
      if (closed) {
        // It cannot close while it is closed: this waits, and ends at once with stop.
        auto again = contact.wait_to_close(between_looks, stop);
        if (!again) return again.error();
        auto now = contact.closed();
        if (!now) return now.error();
        closed = *now;
        if (!closed && !stop.stop_requested()) host.signal(Signal::all_clear, {});
      } else {
        auto now = contact.wait_to_close(look_anyway, stop);
        if (!now) return now.error();
        auto level = contact.closed();
        if (!level) return level.error();
        closed = *now || *level;
        if (closed) host.signal(Signal::alarm, {});
      }
    }
    return {};
  }

  const Means means_;
  const Address address_;
};

}  // namespace

GATEPOST_INPUT("contact", "buttons that let one through, and alarm contacts that open lanes", table, ContactInput)
