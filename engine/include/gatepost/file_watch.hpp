// A file that a plugin object reads, and that its Host watches: the object always has what was taken last.
//
//   auto list = gatepost::Watched<List>::begin(*instance.host, {.file = settings.file, .alarm = "list_not_taken"},
//                                              [](const gatepost::FileState& state) { return read_list(state.path); });
//   if (!list) return list.error();   // neither the file nor a last good copy can be taken
//   ...
//   const auto now = list->now();     // from any thread, as often as anybody is decided about
//   if (!now.value) return *now.trouble;
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <gatepost/result.hpp>
#include <gatepost/time.hpp>

namespace gatepost {

/// One state of a watched file, as it is to be read.
struct FileState {
  std::filesystem::path path;    ///< where it stands: the file, or a copy of it
  std::filesystem::path folder;  ///< an empty one, for what is made of it (an index); empty path: nothing can be made
  std::filesystem::path made{};  ///< what was made of this very state before, to be used if it fits; empty: nothing
  std::stop_token stop{};        ///< return within 1 s once asked
  /// What FileContent::count of the state in use, or of the last good copy, says now; nothing: there is none, or this
  /// is that copy.
  std::optional<std::uint64_t> count_before{};
};

/// What a file holds, for people, at that time: "489 of 500 may pass now".
using FileSummary = std::function<std::string(WallTime)>;

/// What a state was read to.
template <class T>
struct FileContent {
  std::shared_ptr<const T> value;
  /// Of a file that others change in place while it is in use (a database), so that `value` shows each change by
  /// itself: makes a whole copy of it. Without it the Host copies the bytes.
  std::function<Result<void>(const std::filesystem::path& to)> copy{};
  /// How many it lets pass at that time, or whatever else the next state is to be measured by.
  std::function<std::uint64_t(WallTime)> count{};
  /// `gatepost status` and `check` ask it, from any thread, also when another state is in use; they wait for it.
  FileSummary summary{};
};

/// Of a value that says the same at any time: "120 keys".
template <class T>
FileContent<T> file_content(std::shared_ptr<const T> value, std::string summary) {
  FileContent<T> content{.value = std::move(value)};
  content.summary = [summary = std::move(summary)](WallTime) { return summary; };
  return content;
}

/// Which file, and what happens while it cannot be taken.
struct WatchedFile {
  std::filesystem::path file;
  /// The alarm that lasts as long as the newest state of the file is not the one in use: a name of [a-z_], another one
  /// for each file of an object. The last good copy is kept by it.
  std::string alarm;
  Duration last_good_for = std::chrono::hours(24 * 7);  ///< no longer is a value used that is not the file's any more
};

/// How a value is had of a file, whatever its type.
using FileReading = std::function<Result<FileContent<void>>(const FileState&)>;

/// The Host's part. Its end waits for a reading that is under way.
class FileWatch {
 public:
  struct Now {
    std::shared_ptr<const void> value;  ///< null: what was taken last is too old
    std::optional<Error> trouble;  ///< why it is not what stands in the file now; never nothing where value is null
  };
  virtual ~FileWatch() = default;
  /// Waits for no disk and no reading. From any thread.
  virtual Now now() const = 0;
  /// Of what is in use; null: there is none.
  virtual FileSummary summary() const { return {}; }
};

class Host;

/// A watched file of an object, read to a T.
///
/// A change is taken once the file is whole: renamed into its place, closed by whoever wrote it, or left alone for some
/// seconds. What cannot be read changes nothing: the value taken last stays in use and the alarm begins, to end when
/// the file is good again. A copy of what was taken is kept in the object's data folder, and taken at the next start if
/// the file is not good then. An object in `gatepost check` reads the file, and keeps and watches nothing.
template <class T>
class Watched {
 public:
  struct Now {
    std::shared_ptr<const T> value;
    std::optional<Error> trouble;
  };

  /// Reads it, now: an Error where neither the file nor the last good copy can be taken. `read` is called by one thread
  /// at a time, the Host's own but for this first time; what it throws is an Error.
  static Result<Watched> begin(Host& host, WatchedFile file,
                               std::function<Result<FileContent<T>>(const FileState&)> read);

  Now now() const {
    auto now = watch_->now();
    return {std::static_pointer_cast<const T>(std::move(now.value)), std::move(now.trouble)};
  }

 private:
  explicit Watched(std::unique_ptr<FileWatch> watch) : watch_(std::move(watch)) {}
  std::unique_ptr<FileWatch> watch_;
};

namespace detail {

/// A folder that is gone with its owner.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make() {
    std::error_code failure;
    std::string name = (std::filesystem::temp_directory_path(failure) / "gatepost-XXXXXX").string();
    if (failure || ::mkdtemp(name.data()) == nullptr)
      return Error{"no temporary folder can be made", name, "make room there, or let this user write it"};
    return TemporaryFolder(name);
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// A file that is read once and not watched.
class FileReadOnce final : public FileWatch {
 public:
  static Result<std::unique_ptr<FileWatch>> read(const WatchedFile& file, const FileReading& reading) {
    auto folder = TemporaryFolder::make();
    if (!folder) return folder.error();
    auto content = reading({file.file, folder->path()});
    if (!content) return content.error();
    return std::unique_ptr<FileWatch>(
        new FileReadOnce(std::move(*folder), std::move(content->value), std::move(content->summary)));
  }
  Now now() const override { return {value_, {}}; }
  FileSummary summary() const override { return summary_; }

 private:
  FileReadOnce(TemporaryFolder folder, std::shared_ptr<const void> value, FileSummary summary)
      : folder_(std::move(folder)), value_(std::move(value)), summary_(std::move(summary)) {}
  const TemporaryFolder folder_;
  const std::shared_ptr<const void> value_;
  const FileSummary summary_;
};

/// The same, and what it throws is nothing: 0, or an empty text.
template <class R>
std::function<R(WallTime)> harmless(std::function<R(WallTime)> asked) {
  if (!asked) return {};
  return [asked = std::move(asked)](WallTime now) {
    try {
      return asked(now);
    } catch (...) {
      return R{};
    }
  };
}

/// `read` with its type forgotten, and no exception to come out of it.
template <class T>
FileReading reading_of(std::function<Result<FileContent<T>>(const FileState&)> read, std::string name) {
  return [read = std::move(read), name = std::move(name)](const FileState& state) -> Result<FileContent<void>> {
    Error fault{{}, name, "report this to the plugin's author"};
    fault.fault = true;
    try {
      auto content = read(state);
      if (!content) return content.error();
      return FileContent<void>{std::move(content->value), std::move(content->copy), harmless(std::move(content->count)),
                               harmless(std::move(content->summary))};
    } catch (const std::exception& exception) {
      fault.what = std::string("reading it threw ") + exception.what();
    } catch (...) {
      fault.what = "reading it threw an unknown exception";
    }
    return fault;
  };
}

}  // namespace detail
}  // namespace gatepost
