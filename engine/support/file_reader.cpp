#include <gatepost/support/file_reader.hpp>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace gatepost::support {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Where a reading may make something.
struct FileReader::Place {
  std::shared_ptr<KeptState> state{};                  ///< to be kept
  std::optional<detail::TemporaryFolder> temporary{};  ///< where nothing can be
  fs::path path() const { return state ? state->folder() : temporary ? temporary->path() : fs::path(); }
};

namespace {

/// A larger one is not waited for at start while there is a copy of its last state.
constexpr std::int64_t quickly_read = 16 << 20;
/// How often a copy is told that it is still right, and one of a value that shows changes by itself is made anew.
constexpr auto keep_every = 1h;
constexpr auto keep_large_every = 24h;
constexpr std::int64_t large = 64 << 20;
/// What was refused may have been the disk's fault.
constexpr Duration first_retry = 30s, last_retry = 1h;

constexpr const char* too_old = "; the last good copy is older than last_good_for allows";

Error cannot_read(const fs::path& file, int code) {
  return {"cannot read the file: " + std::generic_category().message(code), file.string(),
          "put it there and let the engine's user read it"};
}

bool is_just_written(const FileStamp& stamp, WallTime now) {
  const Duration age = now.time_since_epoch() - Duration(stamp.modified);
  return age >= Duration::zero() && age < FileSettling::quiet;
}

/// The folders stay as long as the value is used by somebody.
std::shared_ptr<const void> pinned(std::shared_ptr<const void> value,
                                   std::vector<std::shared_ptr<const void>> folders) {
  struct Pinned {
    std::vector<std::shared_ptr<const void>> folders;
    std::shared_ptr<const void> value;  // last: it goes first
  };
  auto both = std::make_shared<const Pinned>(Pinned{std::move(folders), std::move(value)});
  const void* inner = both->value.get();
  return {std::move(both), inner};
}

bool holds_nothing(const fs::path& folder) {
  std::error_code failure;
  return fs::is_empty(folder, failure) || failure;
}

}  // namespace

FileReader::FileReader(Host& host, WatchedFile file, FileReading read, Keeps keeps)
    : host_(host), file_(std::move(file)), reading_(std::move(read)), keeps_(keeps) {}

Duration FileReader::age_of(const KeptState& kept) const {
  return std::max<Duration>(host_.clock().wall() - kept.right_at(), 0s);
}

std::shared_ptr<KeptState> FileReader::find_kept() {
  const auto folder = host_.data_folder();
  if (!folder) return {};
  last_good_.emplace(*folder, file_.alarm);
  auto found = last_good_->find();
  return found ? std::make_shared<KeptState>(std::move(*found)) : nullptr;
}

// ---- The first reading

Result<void> FileReader::begin() {
  const auto kept = find_kept();
  const FileStamp stamp = FileStamp::of(file_.file);
  settling_ = FileSettling(kept ? kept->stamp() : FileStamp{.code = -1});
  settling_.seen(stamp, boot());
  auto begun = begin_with(stamp, kept);
  tidy();
  return begun;
}

Result<void> FileReader::begin_with(const FileStamp& stamp, const std::shared_ptr<KeptState>& kept) {
  const bool is_in_time = kept && age_of(*kept) < file_.last_good_for;
  if (kept && !kept->is_snapshot()) {
    const WallTime wall = host_.clock().wall();
    if (kept->stamp() == stamp && begin_with_kept(kept)) {
      right_until_.reset();
      confirm(wall);
      return {};
    }
    const bool is_new = is_just_written(stamp, wall);  // perhaps not to the end
    const bool is_read_later = is_in_time && keeps_ == Keeps::copies && (is_new || stamp.size > quickly_read);
    if (is_read_later && begin_with_kept(kept)) {
      if (!is_new) settling_.finished(boot());
      return {};
    }
  }
  if (is_in_time) kept_count_ = count_of(*kept);
  const auto begun = stamp.is_there() ? begin_with_file(stamp) : cannot_read(file_.file, stamp.code);
  if (begun || !kept) return begun;
  if (!is_in_time) return Error{begun.error().what + too_old, begun.error().where, begun.error().remedy};
  if (!begin_with_kept(kept)) return begun;
  refuse(begun.error(), {});
  return {};
}

Result<void> FileReader::begin_with_file(const FileStamp& stamp) {
  auto taken = take(stamp, {}, [] {});
  if (!taken) return taken.error();
  if (*taken) return {};
  return Error{"the file changed while it was read", file_.file.string(), "rename a whole file into its place"};
}

bool FileReader::begin_with_kept(const std::shared_ptr<KeptState>& kept) {
  const BootTime right_at = boot() - age_of(*kept);
  auto [value, summary] = read_kept(kept, {});
  if (!value) return false;
  right_until_ = right_at;
  const std::scoped_lock lock(mutex_);
  taken_ = std::make_shared<const Taken>(Taken{.value = std::move(value), .summary = std::move(summary)});
  return true;
}

// It is read for that alone: what stands in the file now is measured by it.
std::optional<std::uint64_t> FileReader::count_of(const KeptState& kept) const {
  const auto temporary = detail::TemporaryFolder::make();
  const auto content = reading_({kept.copy(), temporary ? temporary->path() : fs::path(), kept.folder()});
  if (!content || !content->count) return {};
  return content->count(host_.clock().wall());
}

// ---- Looking

void FileReader::look(const std::stop_token& stop, const std::function<void()>& news) {
  const FileStamp stamp = FileStamp::of(file_.file);
  bool reads = false, keeps = false;
  {
    const std::scoped_lock lock(mutex_);
    const BootTime now = boot();
    settling_.seen(stamp, now);
    reads = settling_.is_whole(now) || (retry_at_ && now >= *retry_at_);
    keeps = keep_at_ && now >= *keep_at_;
    if (reads) retry_at_.reset();
    if (keeps) keep_at_.reset();
  }
  if (reads) {
    const auto taken = stamp.is_there() ? take(stamp, stop, news) : cannot_read(file_.file, stamp.code);
    if (!taken && !stop.stop_requested()) refuse(taken.error(), stop);
    tidy();
  } else if (keeps) {
    keep_again(stamp);
    tidy();
  }
}

Result<bool> FileReader::take(const FileStamp& stamp, const std::stop_token& stop, const std::function<void()>& news) {
  const auto writes = [&] {
    const std::scoped_lock lock(mutex_);
    return settling_.writes();
  };
  const auto before = writes();
  const auto where = place();
  const auto before_it = count_ ? std::optional(count_(host_.clock().wall())) : kept_count_;
  auto content = reading_({file_.file, where->path(), {}, stop, before_it});
  if (stop.stop_requested()) return false;
  const bool shows_changes = content && content->copy;
  std::error_code not_copied;
  if (content && !shows_changes && where->state)
    fs::copy_file(file_.file, where->state->copy(), not_copied);  // before it is used, or it may be gone
  if (!shows_changes) {
    news();
    const FileStamp after = FileStamp::of(file_.file);
    const std::scoped_lock lock(mutex_);
    settling_.seen(after, boot());
    if (after != stamp || settling_.writes() != before) return false;
  }
  if (!content) return content.error();
  copy_ = std::move(content->copy);
  count_ = std::move(content->count);
  right_until_.reset();
  publish(pinned(std::move(content->value), {where}), std::move(content->summary));
  if (shows_changes && kept_ && kept_->is_snapshot()) return true;  // a copy is made anew in its time
  kept_.reset();
  keep(stamp, *where, not_copied);
  return true;
}

// What is made of it anew becomes another state that is kept, of the same copy.
FileReader::Kept FileReader::read_kept(const std::shared_ptr<KeptState>& kept, const std::stop_token& stop) {
  const auto where = place();
  auto content = reading_({kept->copy(), where->path(), kept->folder(), stop});
  if (!content) return {};
  kept_ = kept;
  copy_ = {};
  count_ = std::move(content->count);
  std::vector<std::shared_ptr<const void>> folders{kept};
  if (!holds_nothing(where->path())) {
    folders.push_back(where);
    const auto& state = where->state;
    std::error_code failure;
    if (state) fs::create_hard_link(kept->copy(), state->copy(), failure);
    if (state && !failure && LastGood::complete(*state, kept->stamp(), kept->right_at(), kept->is_snapshot()))
      kept_ = state;
  }
  keep_later();
  return {pinned(std::move(content->value), std::move(folders)), std::move(content->summary)};
}

void FileReader::publish(std::shared_ptr<const void> value, FileSummary summary) {
  std::unique_lock lock(mutex_);
  const bool is_over = taken_->trouble.has_value();
  taken_ = std::make_shared<const Taken>(Taken{.value = std::move(value), .summary = std::move(summary)});
  settling_.deal_with();
  retry_at_.reset();
  lock.unlock();
  retry_after_ = {};
  if (is_over) host_.alarm_ends(file_.alarm);
}

// The value stays. One that shows changes by itself shows these too: the copy takes its place.
void FileReader::refuse(const Error& error, const std::stop_token& stop) {
  Kept instead;
  if (copy_ && kept_) {
    right_until_ = boot() - age_of(*kept_);
    instead = read_kept(kept_, stop);
  }
  retry_after_ = std::clamp<Duration>(2 * retry_after_, first_retry, last_retry);
  std::unique_lock lock(mutex_);
  const auto before = taken_;
  const BootTime right_at =
      before->trouble && !instead.value ? before->right_at : right_until_.value_or(settling_.changed_at());
  taken_ = std::make_shared<const Taken>(Taken{instead.value ? instead.value : before->value, error, right_at,
                                               instead.value ? instead.summary : before->summary});
  settling_.deal_with();
  retry_at_ = boot() + retry_after_;
  lock.unlock();
  if (before->trouble == error) return;
  if (!before->trouble && !right_until_) confirm(host_.clock().wall() - (boot() - right_at));
  tell(error, boot() - right_at);
}

void FileReader::tell(const Error& error, Duration age) const {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(age).count();
  const std::string since = hours == 0 ? "less than an hour" : std::to_string(hours) + " h";
  host_.alarm_begins(file_.alarm, {error.what + "; the last good copy is used, which was right " + since + " ago",
                                   error.where, error.remedy});
}

// ---- What is kept

std::shared_ptr<FileReader::Place> FileReader::place() const {
  auto made = std::make_shared<Place>();
  if (keeps_ == Keeps::copies && last_good_) {
    auto state = last_good_->begin();
    if (state) {
      made->state = std::make_shared<KeptState>(std::move(*state));
      return made;
    }
    host_.log(Severity::warning, "last_good", to_line(state.error()));
  }
  // A user who may write nowhere still has small lists checked.
  if (auto temporary = detail::TemporaryFolder::make()) made->temporary.emplace(std::move(*temporary));
  return made;
}

void FileReader::keep(const FileStamp& stamp, const Place& place, std::error_code not_copied) {
  if (!place.state) return;
  auto done = [&]() -> Result<void> {
    if (copy_) return copy_(place.state->copy());
    if (!not_copied) return {};
    return Error{"the last good copy cannot be made: " + not_copied.message(), place.state->copy().string(),
                 "see that its disk has space"};
  }();
  if (done) done = LastGood::complete(*place.state, stamp, host_.clock().wall(), copy_ != nullptr);
  if (done)
    kept_ = place.state;
  else
    host_.log(Severity::warning, "last_good", to_line(done.error()));
  keep_later();
}

void FileReader::keep_again(const FileStamp& stamp) {
  const bool is_right = [&] {
    const std::scoped_lock lock(mutex_);
    return !taken_->trouble && !settling_.has_changed();
  }();
  if (!copy_) {
    if (is_right && !right_until_) confirm(host_.clock().wall());
    return keep_later();
  }
  const auto where = place();
  if (where->state) return keep(stamp, *where, {});
  keep_later();
}

void FileReader::keep_later() {
  if (keeps_ != Keeps::copies || (!kept_ && !copy_)) return;
  const bool is_large = copy_ && kept_ && kept_->stamp().size > large;
  const std::scoped_lock lock(mutex_);
  keep_at_ = boot() + (is_large ? Duration(keep_large_every) : Duration(keep_every));
}

void FileReader::tidy() const {
  if (keeps_ == Keeps::copies && last_good_) last_good_->tidy();
}

// Of a value that shows changes by itself the copy is as old as it is.
void FileReader::confirm(WallTime right_at) {
  if (keeps_ == Keeps::copies && kept_ && !copy_) LastGood::confirm(*kept_, right_at);
}

void FileReader::end() {
  const auto is_right = [&] {
    const std::scoped_lock lock(mutex_);
    return !taken_->trouble && !settling_.has_changed();
  };
  if (is_right() && !right_until_) confirm(host_.clock().wall());
}

// ---- From any thread

std::optional<BootTime> FileReader::due() const {
  const std::scoped_lock lock(mutex_);
  std::optional<BootTime> first = settling_.due();
  for (const auto& other : {retry_at_, keep_at_})
    if (other && (!first || *other < *first)) first = other;
  return first;
}

void FileReader::wrote() {
  const std::scoped_lock lock(mutex_);
  settling_.wrote(boot());
}

void FileReader::finished() {
  const std::scoped_lock lock(mutex_);
  settling_.finished(boot());
}

void FileReader::touched() {
  const std::scoped_lock lock(mutex_);
  settling_.touched();
}

FileSummary FileReader::summary() const {
  const std::scoped_lock lock(mutex_);
  return taken_->summary;
}

FileWatch::Now FileReader::now() const {
  const auto taken = [&] {
    const std::scoped_lock lock(mutex_);
    return taken_;
  }();
  if (!taken->trouble) return {taken->value, {}};
  if (boot() - taken->right_at < file_.last_good_for) return {taken->value, taken->trouble};
  Error error = *taken->trouble;
  error.what += too_old;
  return {nullptr, std::move(error)};
}

}  // namespace gatepost::support
