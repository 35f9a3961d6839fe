#include <chrono>
#include <gatepost/support/list_age.hpp>
#include <system_error>
#include <utility>

namespace gatepost::support {

ListAge::ListAge(std::shared_ptr<Host> host, std::string alarm, std::filesystem::path file, Duration old_after)
    : host_(std::move(host)), alarm_(std::move(alarm)), file_(std::move(file)), old_after_(old_after) {}

void ListAge::was_read() {
  std::error_code failure;
  const auto time = std::filesystem::last_write_time(file_, failure);
  if (failure) return;
  const auto wall = std::chrono::file_clock::to_sys(time);
  changed_ = std::chrono::duration_cast<Duration>(wall.time_since_epoch()).count();
}

void ListAge::look() const {
  if (old_after_ == Duration::zero()) return;
  const Duration age = host_->clock().wall().time_since_epoch() - Duration(changed_.load());
  const bool is_old = age > old_after_;
  if (is_old_.exchange(is_old) == is_old) return;
  if (is_old)
    host_->alarm_begins(alarm_,
                        Error{"the list has not changed for " + std::to_string(age / std::chrono::hours(24)) + " days",
                              file_.string(), "fetch a newer one; it is used as it stands until then"});
  else
    host_->alarm_ends(alarm_);
}

}  // namespace gatepost::support
