// A USB device that this process plays, plugged into the kernel that it runs on.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "devices/bytes.hpp"
#include "devices/seen.hpp"
#include "devices/uevents.hpp"
#include "devices/usbip.hpp"
#include "devices/vhci.hpp"

namespace gatepost::lab {

/// What a device calls itself. A text that is empty is one that it does not have.
struct Identity {
  std::uint16_t vendor = 0, product = 0;
  std::string maker{}, name{}, serial{};
  std::uint16_t version = 0x0100;
};

/// Class, subclass and protocol of the device as a whole; zeros: each interface has its own.
struct DeviceClass {
  std::uint8_t of_class = 0, subclass = 0, protocol = 0;
};

/// The eight bytes that a control transfer begins with.
struct Setup {
  std::uint8_t type = 0, request = 0;
  std::uint16_t value = 0, index = 0, length = 0;
};

/// A class of devices derives from it, says what it is (configuration) and does (control, received), and sends. Each
/// plugged device is served by a thread of its own, which control, received, interface_set and supply are called on.
/// The last class must unplug in its destructor, since that thread calls what it overrides.
class UsbDevice {
 public:
  virtual ~UsbDevice();
  UsbDevice(const UsbDevice&) = delete;
  UsbDevice& operator=(const UsbDevice&) = delete;

  Identity& identity() { return identity_; }  ///< to be changed while it is not plugged

  /// Puts it into that port of vhci-hcd, or into a free one; another time after unplug(). Aborts where there is none.
  void plug(std::optional<int> port = {});

  /// Draws its cable, and returns when the kernel has let it go. What it had not sent yet is lost.
  void unplug();
  bool plugged() const { return port_ >= 0; }

  /// Waits until the kernel has made a file for it whose name below /dev begins with `kind` ("ttyACM", "hidraw",
  /// "input/event", "video", "gpiochip"); empty when it does not within `patience`.
  std::string node(const std::string& kind, std::chrono::milliseconds patience = node_patience) const;

  /// As /sys/bus/usb/devices names it: "1-1"; empty when it is not there.
  std::string bus_id() const { return vhci::bus_id(port_); }

  /// As a site file names it: "usb:0c2e:0b61@1-1". Waits until it has its port.
  std::string address() const;

  /// What a device that lies gives in place of a descriptor: made of its index and of the true one.
  using Lie = std::function<Bytes(std::uint8_t index, Bytes truth)>;
  /// Of that kind: 2 its configuration, 3 a text, 0x22 its reports. To be called while it is not plugged.
  void lie(std::uint8_t kind, Lie lie) { lies_[kind] = std::move(lie); }

  std::atomic<bool> mute = false;  ///< never answers a request of its class, or of its maker: it says NAK for ever

  /// Waits until the host has fetched all that was sent.
  bool has_sent(std::chrono::milliseconds patience = std::chrono::seconds(20)) const;

 protected:
  UsbDevice(Identity identity, Speed speed, DeviceClass device_class = {})
      : identity_(std::move(identity)), speed_(speed), class_(device_class) {}

  /// The descriptor, with all that follows it.
  virtual Bytes configuration() const = 0;

  /// A request of a class or a maker, or for a descriptor of an interface. Its answer, empty for out; nothing: refused.
  virtual std::optional<Bytes> control(const Setup& setup, const Bytes& data);

  virtual void received(unsigned endpoint, const Bytes& data);
  virtual void interface_set(unsigned interface, unsigned alternate);

  /// What answers a transfer that asks for data: what was sent, unless a device makes it as it is asked for. Called
  /// with the mutex held. Nothing: not before `again`.
  virtual std::optional<Bytes> supply(usbip::Transfer& transfer, Clock::time_point now, Clock::time_point& again);

  /// Queues what one transfer of an in endpoint is answered with, at the earliest `gap` after the one before it.
  void send(unsigned endpoint, Bytes data, Clock::duration gap = {});

  /// Has supply() asked again: what it answers with has changed.
  void wake() const;

  std::mutex& mutex() const { return mutex_; }

 private:
  struct Packet {
    Bytes data;
    Clock::duration gap;
  };
  struct Pipe {
    std::deque<Packet> sent{};
    std::deque<usbip::Transfer> asked{};
    Clock::time_point last{};
  };

  void serve(const std::stop_token& stop);
  void refuse_the_rest();
  bool wait(Clock::time_point due) const;
  bool take_request();
  bool take(usbip::Transfer transfer);
  bool drop(const usbip::Unlink& unlink);
  bool answer_asked(Clock::time_point& due);
  bool answer(const usbip::Transfer& transfer, const Bytes& data) const;
  Bytes told(const Setup& setup, Bytes answer) const;
  bool answer_control(const usbip::Transfer& transfer);
  std::optional<Bytes> standard(const Setup& setup);
  std::optional<Bytes> descriptor(std::uint8_t kind, std::uint8_t index) const;
  std::optional<Bytes> string_descriptor(std::uint8_t index) const;
  Bytes device_descriptor() const;

  Identity identity_;
  Speed speed_;
  DeviceClass class_;
  std::map<std::uint8_t, Lie> lies_;
  std::uint8_t configured_ = 0;
  int port_ = -1, socket_ = -1, bell_ = -1;
  mutable std::mutex mutex_;
  std::map<unsigned, Pipe> pipes_;
  std::jthread thread_;
};

}  // namespace gatepost::lab
