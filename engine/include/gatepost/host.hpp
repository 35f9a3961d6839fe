// What every plugin object may ask of the engine that runs it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <gatepost/device_need.hpp>
#include <gatepost/file_watch.hpp>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace gatepost {

namespace hal {
struct BoardDriver;  // gatepost/hal/relay.hpp; the engine hands it on and looks at nothing of it
}

/// A relay board's driver that a plugin of kind board brings.
struct BoardPlugin {
  const hal::BoardDriver* driver;  ///< stays as long as the process
  /// The bytes that were examined and loaded: sealed, open as long as the process; -1: it is in no file.
  int file;
};

enum class Severity : std::uint8_t { debug, info, warning, error };

/// Safe to call from any thread, and none of it waits for a device, a disk or another lane but data_folder() and
/// watch(). An object has it from its building (Instance::host) to its end.
class Host {
 public:
  virtual ~Host() = default;

  /// A line of the site's log. `event`: one word of [a-z_]; `text`: for people, never a payload or a subject. Of one
  /// event ten lines in ten seconds get through.
  virtual void log(Severity severity, std::string_view event, std::string_view text) = 0;

  /// Something an operator must see, by a name of [a-z_] of the plugin's own: a Record when it begins and one when it
  /// ends, and `gatepost status` shows it meanwhile. Begun again while it lasts, it is the same one.
  virtual void alarm_begins(std::string_view name, const Error& error) = 0;
  virtual void alarm_ends(std::string_view name) = 0;

  /// The engine's clocks: tests own the time by them.
  virtual const Clock& clock() const = 0;

  /// A folder for this object alone, kept over restarts, readable by the engine's user only; made when it is first
  /// asked for. An Error in `gatepost check`, which makes nothing.
  virtual Result<std::filesystem::path> data_folder() = 0;

  /// What Records carry for this subject: itself, its keyed hash, or nothing, as the site's privacy setting says.
  virtual std::string pseudonym(std::string_view subject) const = 0;

  /// The driver of relay boards whose addresses begin with `scheme`; hal::boards_of() hands it to hal::open_relay().
  /// The Error's remedy names the scheme that was meant, where one is near.
  virtual Result<BoardPlugin> board(std::string_view scheme) {
    return Error{"no plugin drives such a board", std::string(scheme), "install the plugin that does"};
  }

  /// Asked through Watched, which tells what it does.
  virtual Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) = 0;

  /// Told while the object is built: what it opens when it runs; hal::tell() says it of an address. So `gatepost check`
  /// tells where two of a site want one device, and a running site where two programs of the machine do.
  virtual void will_open(const DeviceNeed& need) { static_cast<void>(need); }
};

template <class T>
Result<Watched<T>> Watched<T>::begin(Host& host, WatchedFile file,  // NOLINT(performance-unnecessary-value-param)
                                     std::function<Result<FileContent<T>>(const FileState&)> read) {
  auto reading = detail::reading_of<T>(std::move(read), file.file.string());
  auto watch = host.watch(std::move(file), std::move(reading));
  if (!watch) return watch.error();
  return Watched(std::move(*watch));
}

namespace detail {

/// Of an object that is built to be looked at and does not run: `gatepost check`, the conformance suite, tests.
class IdleHost : public Host {
 public:
  void log(Severity, std::string_view, std::string_view) override {}
  void alarm_begins(std::string_view, const Error&) override {}
  void alarm_ends(std::string_view) override {}
  const Clock& clock() const override { return clock_; }
  Result<std::filesystem::path> data_folder() override {
    return Error{"there is no data folder: this object does not run", {}, "ask for it when the object is used"};
  }
  std::string pseudonym(std::string_view subject) const override { return std::string(subject); }
  Result<std::unique_ptr<FileWatch>> watch(WatchedFile file, FileReading read) override {
    return FileReadOnce::read(file, read);
  }

 private:
  SystemClock clock_;
};

}  // namespace detail

inline std::shared_ptr<Host> idle_host() { return std::make_shared<detail::IdleHost>(); }

}  // namespace gatepost
