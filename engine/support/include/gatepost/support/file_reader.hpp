// One file that a plugin object reads: what was taken of it last, and whether that is what stands there now.
#pragma once

#include <functional>
#include <gatepost/host.hpp>
#include <gatepost/support/file_settling.hpp>
#include <gatepost/support/last_good.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>

namespace gatepost::support {

/// Reads the file when it is asked to look and finds it changed and whole, keeps copies, and tells its Host's log and
/// alarms. now() and the kernel's news: any thread; begin() and look(): one at a time, they wait for disk and plugin.
class FileReader {
 public:
  enum class Keeps : std::uint8_t { nothing, copies };

  /// `host` outlives it.
  FileReader(Host& host, WatchedFile file, FileReading read, Keeps keeps);

  /// The first reading: an Error where neither the file nor a copy can be taken.
  Result<void> begin();

  /// `news`: has told all that the kernel knows of the file by now.
  void look(const std::stop_token& stop, const std::function<void()>& news);
  /// When it is to look next.
  std::optional<BootTime> due() const;
  /// It is not used any more: what is kept was right until now.
  void end();

  void wrote();
  void finished();
  void touched();

  FileWatch::Now now() const;
  FileSummary summary() const;
  const std::filesystem::path& path() const { return file_.file; }

 private:
  struct Place;
  struct Taken {
    std::shared_ptr<const void> value{};  ///< null: nothing yet
    std::optional<Error> trouble{};
    BootTime right_at{};  ///< with trouble: when the value was last what stands in the file
    FileSummary summary{};
  };

  std::shared_ptr<KeptState> find_kept();
  Result<void> begin_with(const FileStamp& stamp, const std::shared_ptr<KeptState>& kept);
  Result<void> begin_with_file(const FileStamp& stamp);
  bool begin_with_kept(const std::shared_ptr<KeptState>& kept);
  std::shared_ptr<Place> place() const;
  /// False: it has changed meanwhile.
  Result<bool> take(const FileStamp& stamp, const std::stop_token& stop, const std::function<void()>& news);
  struct Kept {
    std::shared_ptr<const void> value{};  ///< null: it cannot be read
    FileSummary summary{};
  };
  Kept read_kept(const std::shared_ptr<KeptState>& kept, const std::stop_token& stop);
  std::optional<std::uint64_t> count_of(const KeptState& kept) const;
  void publish(std::shared_ptr<const void> value, FileSummary summary);
  void refuse(const Error& error, const std::stop_token& stop);
  void keep(const FileStamp& stamp, const Place& place, std::error_code not_copied);
  void keep_again(const FileStamp& stamp);
  void confirm(WallTime right_at);
  void keep_later();
  void tidy() const;
  BootTime boot() const { return host_.clock().boot(); }
  Duration age_of(const KeptState& kept) const;
  void tell(const Error& error, Duration age) const;

  Host& host_;
  const WatchedFile file_;
  const FileReading reading_;
  const Keeps keeps_;

  // Of begin(), look() and end().
  std::optional<LastGood> last_good_{};
  std::shared_ptr<KeptState> kept_{};                                 ///< of what is in use
  std::function<Result<void>(const std::filesystem::path&)> copy_{};  ///< of a value that shows changes by itself
  std::function<std::uint64_t(WallTime)> count_{};                    ///< of what is in use
  std::optional<std::uint64_t> kept_count_{};                         ///< of a copy that is not
  std::optional<BootTime> right_until_{};                             ///< of a kept one that is in use
  Duration retry_after_{};

  mutable std::mutex mutex_;  ///< of what follows; nothing is called within it
  FileSettling settling_{FileStamp{}};
  std::optional<BootTime> retry_at_{}, keep_at_{};
  std::shared_ptr<const Taken> taken_ = std::make_shared<const Taken>();
};

}  // namespace gatepost::support
