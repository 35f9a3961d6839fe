// What is printed of each scan of a device that is read without a site.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <gatepost/input.hpp>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "config/no_scans.hpp"

namespace gatepost::devices {

struct ScreenSettings {
  bool types = false;                                  ///< it is a keyboard, which fails in ways of its own
  bool json = false;                                   ///< one object a scan
  bool live = true;                                    ///< people are told that they may scan now
  config::NoScans no_scans{};                          ///< told, and not counted
  std::size_t enough = 0;                              ///< scans, after which done() is asked to stop; 0: never
  std::function<void(const std::string& text)> print;  ///< a scan, of one line or several; the last ends in \n
};

class Screen final : public InputHost {
 public:
  explicit Screen(ScreenSettings settings) : settings_(std::move(settings)) {}

  void emit(Reading reading) override;
  void opened(std::string_view identity) override;
  bool ignores(std::string_view text) override;
  std::size_t count() const { return count_; }
  std::stop_source& done() { return done_; }

 private:
  std::string text_of(const Reading& reading) const;
  std::string json_of(const Reading& reading) const;

  const ScreenSettings settings_;
  std::mutex mutex_;
  MonotonicTime last_{};
  std::atomic<std::size_t> count_ = 0;
  std::stop_source done_;
};

}  // namespace gatepost::devices
