// Input reports of a claimed interface, fetched by a thread of their own: none is missed while nobody reads.
#pragma once

#include <atomic>
#include <deque>
#include <gatepost/time.hpp>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "linux/usb_claim.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {

class ReportPump {
 public:
  struct Arrival {
    std::vector<std::byte> bytes{};
    MonotonicTime at{};
    int status = LIBUSB_TRANSFER_COMPLETED;  ///< anything else: there is no more
  };

  /// Begins at once; reports of up to `largest` bytes. `stop_event` rings while something waits.
  ReportPump(libusb_context& context, const UsbClaim& claim, std::size_t largest, StopEvent stop_event);
  ~ReportPump();
  ReportPump(const ReportPump&) = delete;
  ReportPump& operator=(const ReportPump&) = delete;

  std::optional<Arrival> take();
  int descriptor() const { return stop_event_.descriptor(); }

 private:
  struct FreeTransfer {
    void operator()(libusb_transfer* transfer) const { libusb_free_transfer(transfer); }
  };
  using Transfer = std::unique_ptr<libusb_transfer, FreeTransfer>;

  static void LIBUSB_CALL arrived(libusb_transfer* transfer);
  void arrive(libusb_transfer& transfer);
  void submit(libusb_transfer& transfer);

  libusb_context& context_;
  StopEvent stop_event_;
  std::vector<std::byte> buffers_;
  std::vector<Transfer> transfers_;
  std::mutex mutex_;
  std::deque<Arrival> arrivals_;
  std::deque<libusb_transfer*> resting_;  ///< not asked again before somebody reads: the device keeps its reports then
  std::size_t under_way_ = 0;
  bool ending_ = false;
  std::atomic<bool> done_ = false;
  std::jthread thread_;
};

}  // namespace gatepost::hal
