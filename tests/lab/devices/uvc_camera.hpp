// A webcam: USB video class, which the kernel's uvcvideo makes a /dev/video of.
#pragma once

#include <atomic>

#include "devices/picture.hpp"
#include "devices/usb_device.hpp"
#include "devices/uvc_descriptors.hpp"

namespace gatepost::lab {

class UvcCamera final : public UsbDevice {
 public:
  explicit UvcCamera(uvc::Transport transport = uvc::Transport::bulk);
  ~UvcCamera() override { unplug(); }

  /// From the next frame on, in the middle of what is asked for.
  void show(Picture picture);

  struct Mode {
    uvc::Format format = uvc::Format::mjpeg;
    int width = 640, height = 480;
    std::chrono::nanoseconds interval{};
    auto operator<=>(const Mode&) const = default;
  };
  const Seen<Mode>& modes() const { return modes_; }  ///< each that the host has settled on

  /// Waits until that many frames more have been sent whole.
  bool sends(std::size_t frames, std::chrono::milliseconds patience = std::chrono::seconds(20)) const;

  enum class Fault {
    none,
    stalled,  ///< sends nothing, though it is there
    corrupt,  ///< the middle of each frame is nonsense; of MJPEG, no more than that
    marked,   ///< frames are whole, and the camera says of each that it went wrong
    cut,      ///< only half of each frame is sent
    resized,  ///< frames are half as wide and half as high as was settled on
    noise,    ///< frames are of the right size, and nothing but noise
    empty,    ///< frames end before they have a byte
    swollen,  ///< frames are twice as large as the largest that was announced
  };
  void fault(Fault fault);  ///< from the next frame on

  std::string video() const { return node("video"); }

 private:
  Bytes configuration() const override { return uvc::configuration(transport_); }
  std::optional<Bytes> control(const Setup& setup, const Bytes& data) override;
  std::optional<Bytes> supply(usbip::Transfer& transfer, Clock::time_point now, Clock::time_point& again) override;

  void settle(const Bytes& wanted);
  void commit();
  std::optional<Bytes> supply_bulk(std::size_t room, Clock::time_point now, Clock::time_point& again);
  std::optional<Bytes> supply_isochronous(usbip::Transfer& transfer, Clock::time_point now, Clock::time_point& again);
  bool has_frame(Clock::time_point now);
  Bytes made_of(const Picture& picture) const;
  void payload(Bytes& into, std::size_t room);

  uvc::Transport transport_;
  Bytes probe_;  ///< what is being settled, as the class has it; on the device's thread
  Seen<Mode> modes_;
  Seen<Clock::time_point> sent_;

  // Guarded by mutex().
  Mode mode_;
  Picture picture_;
  Fault fault_ = Fault::none;
  Bytes made_;                        ///< a frame of the picture; empty: to be made
  Bytes frame_;                       ///< that is being sent; empty between two
  std::size_t at_ = 0;                ///< how much of it has been
  std::uint8_t toggle_ = 0;           ///< another one for each frame
  Clock::time_point next_{}, bus_{};  ///< when the next frame, and the next isochronous transfer, may go
};

}  // namespace gatepost::lab
