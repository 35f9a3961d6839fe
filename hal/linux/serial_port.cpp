#include "linux/serial_port.hpp"

#include <fcntl.h>
#include <libserialport.h>
#include <linux/serial.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/hal/options.hpp>

#include "linux/device_need.hpp"
#include "linux/holder.hpp"
#include "linux/usb.hpp"
#include "linux/wait.hpp"

namespace gatepost::hal {
namespace {

struct ClosePort {
  void operator()(sp_port* port) const {
    sp_close(port);
    sp_free_port(port);
  }
};
using Port = std::unique_ptr<sp_port, ClosePort>;

constexpr const char* names_of_udev = "/dev/serial";

// usb:… alone, or behind the name of what speaks on the line: lcus:usb:…. Empty: it is none.
std::string_view usb_name(const Address& address) {
  const std::string_view target = address.target;
  if (target.starts_with("usb:")) return target.substr(4);
  return address.scheme == "usb" ? target : std::string_view();
}

Result<std::string> file_of(const Address& address) {
  const std::string_view usb = usb_name(address);
  const auto file = usb.empty() ? named_file(address, names_of_udev) : usb_device_file(usb, "tty");
  if (!file) return file.error();
  return file->string();
}

Result<LineSettings> with_options(const Address& address, LineSettings settings) {
  constexpr std::array<std::string_view, 5> parities{"none", "odd", "even", "mark", "space"};
  constexpr std::array<std::string_view, 3> flows{"none", "rtscts", "xonxoff"};
  OptionReader options(address);
  settings.baud = static_cast<int>(options.number("baud", settings.baud, 50, 4'000'000));
  settings.bits = static_cast<int>(options.number("bits", settings.bits, 5, 8));
  settings.stop_bits = static_cast<int>(options.number("stop", settings.stop_bits, 1, 2));
  settings.parity = static_cast<Parity>(options.word("parity", parities, static_cast<std::size_t>(settings.parity)));
  settings.flow = static_cast<Flow>(options.word("flow", flows, static_cast<std::size_t>(settings.flow)));
  if (auto done = options.done(); !done) return done.error();
  return settings;
}

Error open_error(const std::string& file, int code) {
  const std::string why = std::strerror(code);
  if (code == ENOENT || code == ENXIO || code == ENODEV)
    return {"there is no such device: " + why, file, "plug it in; ls /dev/serial/by-path shows what there is"};
  if (code == EACCES || code == EPERM)
    return {"this user may not open it: " + why, file, "add the user to group dialout: adduser USER dialout"};
  if (code == EBUSY) {
    const std::string holder = holder_of(file);
    return {"is in use" + (holder.empty() ? std::string() : " by " + holder), file,
            holder.empty() ? "find who uses it: fuser " + file : "stop that program, or keep it off this device"};
  }
  return {"cannot be opened: " + why, file, "check that it is a serial port"};
}

// A device file that is no tty would hang or lie later on.
Result<void> configure(sp_port* port, const LineSettings& settings, const std::string& file) {
  constexpr std::array parities{SP_PARITY_NONE, SP_PARITY_ODD, SP_PARITY_EVEN, SP_PARITY_MARK, SP_PARITY_SPACE};
  constexpr std::array flows{SP_FLOWCONTROL_NONE, SP_FLOWCONTROL_RTSCTS, SP_FLOWCONTROL_XONXOFF};
  const bool good = sp_set_baudrate(port, settings.baud) == SP_OK && sp_set_bits(port, settings.bits) == SP_OK &&
                    sp_set_parity(port, parities.at(static_cast<std::size_t>(settings.parity))) == SP_OK &&
                    sp_set_stopbits(port, settings.stop_bits) == SP_OK &&
                    sp_set_flowcontrol(port, flows.at(static_cast<std::size_t>(settings.flow))) == SP_OK;
  if (good) return {};
  return Error{"does not take " + std::to_string(settings.baud) + " baud, " + std::to_string(settings.bits) +
                   " data bits and the parity, stop bits and flow control that are set",
               file, "use what the device's manual says; most scanners speak 9600 8N1"};
}

// An open line: libserialport's, or a pseudo-terminal, which that library does not know.
class OpenLine {
 public:
  explicit OpenLine(Port port) : port_(std::move(port)) {}
  explicit OpenLine(FileDescriptor pseudo_terminal) : pseudo_terminal_(std::move(pseudo_terminal)) {}
  int descriptor() const {
    int number = pseudo_terminal_.number();
    if (port_) sp_get_port_handle(port_.get(), &number);
    return number;
  }

 private:
  Port port_;
  FileDescriptor pseudo_terminal_;
};

Result<OpenLine> open_pseudo_terminal(const std::string& file) {
  FileDescriptor opened(::open(file.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open()) return open_error(file, errno);
  termios mode{};
  if (::tcgetattr(opened.number(), &mode) != 0)
    return Error{"is no serial port", file, "name a device such as /dev/ttyUSB0 or by-id/…"};
  ::cfmakeraw(&mode);  // it has no wire, so no speed and no parity either
  ::tcsetattr(opened.number(), TCSANOW, &mode);
  return OpenLine(std::move(opened));
}

Result<OpenLine> open_line(const std::string& file, const LineSettings& settings) {
  std::error_code failure;
  const std::string real = std::filesystem::canonical(file, failure).string();  // libserialport follows no links
  if (failure) return open_error(file, failure.value());
  sp_port* named = nullptr;
  if (sp_get_port_by_name(real.c_str(), &named) != SP_OK) return open_pseudo_terminal(file);
  Port port(named);
  errno = 0;
  if (sp_open(named, SP_MODE_READ_WRITE) != SP_OK) return open_error(file, errno);
  if (auto configured = configure(named, settings, file); !configured) return configured.error();
  return OpenLine(std::move(port));
}

class LinuxSerialPort final : public SerialPort {
 public:
  LinuxSerialPort(OpenLine line, StopEvent stop_event, std::string file)
      : line_(std::move(line)),
        descriptor_(line_.descriptor()),
        stop_event_(std::move(stop_event)),
        file_(std::move(file)) {
    errors_ = error_count();
  }

  Result<Chunk> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    const auto end = std::chrono::steady_clock::now() + timeout;
    Chunk chunk;
    ssize_t size = -1;
    while (size < 0) {  // woken for nothing is no silence: it waits on
      const Duration left = std::max<Duration>(end - std::chrono::steady_clock::now(), Duration::zero());
      const Woken woken = wait_for(descriptor_, POLLIN, left, stop_event_, stop);
      chunk.at = std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
      if (woken == Woken::timed_out || woken == Woken::stopped) return chunk;
      if (woken == Woken::hung_up) return gone("hung up");
      size = ::read(descriptor_, into.data(), into.size());
      if (size < 0 && errno != EAGAIN && errno != EINTR) return gone(std::strerror(errno));
    }
    if (size == 0) return gone("end of file");
    chunk.size = static_cast<std::size_t>(size);
    const unsigned errors = error_count();
    chunk.lost = errors != errors_;
    errors_ = errors;
    return chunk;
  }

  Result<void> write(std::span<const std::byte> bytes, Duration timeout) override {
    const auto end = std::chrono::steady_clock::now() + timeout;
    while (!bytes.empty()) {
      const auto size = ::write(descriptor_, bytes.data(), bytes.size());
      if (size > 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(size));
        continue;
      }
      if (size < 0 && errno != EAGAIN && errno != EINTR) return gone(std::strerror(errno));
      const Duration left = end - std::chrono::steady_clock::now();
      if (left <= Duration::zero())
        return Error{"does not take what is written to it", file_,
                     "check the cable, and whether flow control is wanted"};
      if (wait_for(descriptor_, POLLOUT, left, stop_event_, {}) == Woken::hung_up) return gone("hung up");
    }
    return {};
  }

  void discard() override { ::tcflush(descriptor_, TCIOFLUSH); }

  std::string identity() const override {
    std::error_code failure;
    const auto real = std::filesystem::canonical(file_, failure);
    const std::string name = failure ? file_ : real.string();
    const Identity whose = identity_of_file(file_);
    return whose.bus.empty() ? name : name + ", " + whose.text();
  }

 private:
  Error gone(const std::string& why) const { return {"the device is gone: " + why, file_, "plug it in again"}; }

  // What the driver counts as lost or broken; drivers that count nothing (pseudo-terminals) leave it at 0.
  unsigned error_count() {
    serial_icounter_struct count{};
    if (counts_errors_ && ::ioctl(descriptor_, TIOCGICOUNT, &count) != 0) counts_errors_ = false;
    if (!counts_errors_) return 0;
    return static_cast<unsigned>(count.overrun + count.buf_overrun + count.parity + count.frame + count.brk);
  }

  OpenLine line_;
  int descriptor_;
  StopEvent stop_event_;
  std::string file_;
  bool counts_errors_ = true;
  unsigned errors_ = 0;
};

}  // namespace

Result<DeviceNeed> serial_line_need(const Address& address, const LineSettings& settings) {
  if (const auto read = with_options(address, settings); !read) return read.error();
  if (const auto usb = usb_name(address); !usb.empty()) return need_of_usb_file(usb, "tty");
  const auto file = named_file(address, names_of_udev);
  if (!file) return file.error();
  return need_of_file(*file);
}

Result<std::unique_ptr<SerialPort>> open_linux_serial(const Address& address, LineSettings defaults) {
  auto settings = with_options(address, defaults);
  if (!settings) return settings.error();
  const auto named = file_of(address);
  if (!named) return named.error();
  const std::string& file = *named;
  auto stop_event = StopEvent::make();
  if (!stop_event) return stop_event.error();
  auto line = open_line(file, *settings);
  if (!line) return line.error();
  // Two engines, or an engine and a terminal program, would each get half of a code.
  if (::flock(line->descriptor(), LOCK_EX | LOCK_NB) != 0) return open_error(file, EBUSY);
  static_cast<void>(::ioctl(line->descriptor(), TIOCEXCL));
  ::tcflush(line->descriptor(), TCIFLUSH);  // what was typed before anybody listened is no scan
  return std::unique_ptr<SerialPort>(std::make_unique<LinuxSerialPort>(std::move(*line), std::move(*stop_event), file));
}

}  // namespace gatepost::hal
