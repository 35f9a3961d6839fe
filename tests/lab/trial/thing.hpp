// One thing that is plugged in, as a trial uses it: something to scan with, or something that moves.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "devices/usb_device.hpp"
#include "trial/plan.hpp"

namespace gatepost::lab {

/// How a scanner is set, so that a site's plugin understands it.
struct Manner {
  std::string before{}, after{};  ///< a prefix, and what ends a scan
  bool aim = false;               ///< it sends its AIM identifier
  std::string layout = "us";
};

/// What a board did, and by which bytes it was told to.
struct Move {
  std::string what;  ///< "coil 1", "pin 3"
  bool on = false;
  Clock::time_point at{};
  std::string wire{};
};

class Thing {
 public:
  virtual ~Thing() = default;
  Thing() = default;
  Thing(const Thing&) = delete;
  Thing& operator=(const Thing&) = delete;

  virtual UsbDevice& usb() = 0;

  /// The kernel's file for it, which is waited for; empty where it makes none.
  std::string node() { return usb().node(node_kind()); }
  virtual std::string node_kind() const = 0;

  /// Shows it a code. An Error where a device of its kind cannot send it.
  virtual Result<void> scan(const std::string& code, const Manner& manner);
  /// The code is taken away again: a camera's.
  virtual void look_away() {}

  /// All that its relays have done since it was made.
  virtual std::vector<Move> moves() const { return {}; }

  /// A contact at it closes or opens: an input from 1, or a pin.
  virtual void contact(int number, bool closed);
};

/// Not plugged in yet.
std::unique_ptr<Thing> make_thing(const Part& part);

/// "keyboard gun 0c2e:0b61 at 1-1".
std::string text_of(const Part& part, Thing& thing);

}  // namespace gatepost::lab
