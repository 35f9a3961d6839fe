#include "linux/report_pump.hpp"

#include <sys/time.h>

namespace gatepost::hal {
namespace {

constexpr std::size_t asked_at_once = 4;
constexpr std::size_t most_waiting = 64;

}  // namespace

ReportPump::ReportPump(libusb_context& context, const UsbClaim& claim, std::size_t largest, StopEvent stop_event)
    : context_(context), stop_event_(std::move(stop_event)), buffers_(asked_at_once * largest) {
  for (std::size_t i = 0; i < asked_at_once; ++i) {
    transfers_.emplace_back(libusb_alloc_transfer(0));
    libusb_fill_interrupt_transfer(transfers_.back().get(), claim.handle(), claim.interface().in,
                                   reinterpret_cast<unsigned char*>(buffers_.data() + i * largest),
                                   static_cast<int>(largest), arrived, this, 0);
  }
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& transfer : transfers_) submit(*transfer);
  }
  thread_ = std::jthread([this] {
    timeval long_time{3600, 0};
    while (!done_) libusb_handle_events_timeout_completed(&context_, &long_time, nullptr);
  });
}

ReportPump::~ReportPump() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
    for (const auto& transfer : transfers_) libusb_cancel_transfer(transfer.get());
    done_ = under_way_ == 0;
  }
  libusb_interrupt_event_handler(&context_);
}

void LIBUSB_CALL ReportPump::arrived(libusb_transfer* transfer) {
  static_cast<ReportPump*>(transfer->user_data)->arrive(*transfer);
}

void ReportPump::arrive(libusb_transfer& transfer) {
  const std::scoped_lock lock(mutex_);
  --under_way_;
  if (ending_) {
    done_ = under_way_ == 0;
    return;
  }
  const auto* begin = reinterpret_cast<const std::byte*>(transfer.buffer);
  Arrival arrival{.at = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()),
                  .status = transfer.status};
  if (transfer.status == LIBUSB_TRANSFER_COMPLETED) arrival.bytes.assign(begin, begin + transfer.actual_length);
  arrivals_.push_back(std::move(arrival));
  stop_event_.ring();
  if (transfer.status != LIBUSB_TRANSFER_COMPLETED) return;
  if (arrivals_.size() < most_waiting)
    submit(transfer);
  else
    resting_.push_back(&transfer);
}

void ReportPump::submit(libusb_transfer& transfer) {
  if (const int code = libusb_submit_transfer(&transfer); code == 0) {
    ++under_way_;
  } else {
    arrivals_.push_back({.status = code == LIBUSB_ERROR_NO_DEVICE ? LIBUSB_TRANSFER_NO_DEVICE : LIBUSB_TRANSFER_ERROR});
    stop_event_.ring();
  }
}

std::optional<ReportPump::Arrival> ReportPump::take() {
  const std::scoped_lock lock(mutex_);
  if (arrivals_.empty()) {
    stop_event_.silence();
    return {};
  }
  Arrival arrival = std::move(arrivals_.front());
  if (arrival.status == LIBUSB_TRANSFER_COMPLETED) arrivals_.pop_front();  // an end stays the end
  while (!resting_.empty() && arrivals_.size() < most_waiting) {
    libusb_transfer* transfer = resting_.front();
    resting_.pop_front();
    submit(*transfer);
  }
  return arrival;
}

}  // namespace gatepost::hal
