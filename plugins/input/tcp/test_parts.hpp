// What the tests of tcp share: scanners on real sockets, and the plugin as the engine runs it.
#pragma once

#include <gmock/gmock.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <rapidcheck.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include "address.hpp"
#include "plugin/catalogue.hpp"
#include "world/places.hpp"
#include "world/readings.hpp"

namespace {

using gatepost::Reading;
using gatepost::Result;
using tcp::Endpoint;
using tcp::IpAddress;
using tcp::Network;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

using Settings = std::map<std::string, gatepost::Value>;

inline IpAddress host(std::string_view text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : IpAddress();
}

// A socket of the test's own: the scanner.
class Scanner {
 public:
  explicit Scanner(int descriptor) : descriptor_(descriptor) {}
  Scanner(const std::string& to, const std::string& from = {}) {
    const auto target = *Endpoint::parse(to)->to_socket();
    descriptor_ = ::socket(target.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!from.empty()) {
      const auto source = *Endpoint::parse(from)->to_socket();
      EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&source), sizeof source), 0);
    }
    EXPECT_EQ(::connect(descriptor_, reinterpret_cast<const sockaddr*>(&target), sizeof target), 0)
        << to << ": " << std::strerror(errno);
  }
  Scanner(Scanner&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  ~Scanner() { hangs_up(); }
  bool sends(std::string_view bytes) const {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes);
  }
  /// What comes within 5 s: that many bytes, or fewer when the other side hangs up.
  std::string hears(std::size_t size) const {
    std::string heard(size, '\0');
    std::size_t got = 0;
    for (pollfd watched{descriptor_, POLLIN, 0}; got < size && ::poll(&watched, 1, 5000) == 1;) {
      const auto n = ::recv(descriptor_, heard.data() + got, size - got, 0);
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    heard.resize(got);
    return heard;
  }
  /// The other side hangs up within 5 s.
  bool is_hung_up_on() const {
    pollfd watched{descriptor_, POLLIN, 0};
    char byte = 0;
    return ::poll(&watched, 1, 5000) == 1 && ::recv(descriptor_, &byte, 1, 0) <= 0;
  }
  void hangs_up() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  void breaks_off() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    hangs_up();
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

inline std::string told(const Reading& reading) { return reading.device + " " + gatepost::world::told(reading); }

/// Hears of alarms.
class AlarmHost final : public gatepost::detail::IdleHost {
 public:
  void alarm_begins(std::string_view, const gatepost::Error& error) override {
    const std::scoped_lock lock(mutex_);
    alarm_ = error.what;
    changed_.notify_all();
  }
  void alarm_ends(std::string_view) override {
    const std::scoped_lock lock(mutex_);
    alarm_.clear();
    changed_.notify_all();
  }
  /// What it comes to say within 5 s.
  std::string says(bool something) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return alarm_.empty() != something; });
    return alarm_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string alarm_;
};

inline Result<std::unique_ptr<gatepost::Input>> made(const Settings& settings,
                                                     std::shared_ptr<gatepost::Host> host = gatepost::idle_host()) {
  static const std::filesystem::path folder = gatepost::world::plugins_folder();
  static const auto catalogue = gatepost::plugin::Catalogue::load({&folder, 1});
  const auto& descriptor = *catalogue.find("tcp")->descriptor;
  std::vector<gatepost::Value> values;
  for (const auto& field : descriptor.settings()) {
    const auto given = settings.find(std::string(field.key));
    values.push_back(given == settings.end() ? field.fallback : given->second);
  }
  return descriptor.make.input(values, {"scanners", "/", std::move(host)});
}

// The plugin as the engine runs it.
class Device final : private gatepost::InputHost {
 public:
  explicit Device(
      const Settings& settings, std::function<void()> first = [] {}) {
    auto input = made(settings, host_);
    EXPECT_TRUE(input) << to_line(input.error());
    input_ = std::move(*input);
    thread_ = std::jthread([this, first = std::move(first)](const std::stop_token& stop) {
      first();
      const auto result = input_->run(*this, stop);
      const std::scoped_lock lock(mutex_);
      ended_ = result;
      changed_.notify_all();
    });
  }

  /// "127.0.0.1:43211", once it listens.
  std::string place() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 5s, [&] { return !identity_.empty(); }));
    return identity_.substr(identity_.rfind(' ') + 1);
  }
  void place_or_end() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 5s, [&] { return !identity_.empty() || ended_; }));
  }
  std::vector<std::string> waits_for(std::size_t count, gatepost::Duration time = 5s) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return readings_.size() >= count; });
    std::vector<std::string> all;
    for (const auto& reading : readings_) all.push_back(told(reading));
    return all;
  }
  std::string last_detail() {
    const std::scoped_lock lock(mutex_);
    return readings_.empty() ? "" : readings_.back().damage_detail;
  }
  std::optional<Result<void>> ended(gatepost::Duration time = 5s) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return ended_.has_value(); });
    return ended_;
  }
  void stop() { thread_.request_stop(); }
  std::vector<std::string> refusals() {
    const std::scoped_lock lock(mutex_);
    return refusals_;
  }
  std::string alarm() { return host_->says(true); }
  bool alarm_ends() { return host_->says(false).empty(); }

 private:
  void refused(std::string_view who, std::string_view why) override {
    const std::scoped_lock lock(mutex_);
    refusals_.push_back(std::string(who) + " " + std::string(why));
  }
  void emit(Reading reading) override {
    const std::scoped_lock lock(mutex_);
    readings_.push_back(std::move(reading));
    changed_.notify_all();
  }
  void opened(std::string_view identity) override {
    const std::scoped_lock lock(mutex_);
    identity_ = identity;
    changed_.notify_all();
  }

  const std::shared_ptr<AlarmHost> host_ = std::make_shared<AlarmHost>();
  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reading> readings_;
  std::vector<std::string> refusals_;
  std::string identity_;
  std::optional<Result<void>> ended_;
  std::jthread thread_;
};

inline Settings listening(Settings more = {}) {
  more.try_emplace("listen", std::string("127.0.0.1:0"));
  return more;
}

inline std::string refusal(const Settings& settings) {
  const auto input = made(settings);
  return input ? "" : to_line(input.error());
}

// The scanner's own port, which Gatepost calls.
class ScannerPort {
 public:
  explicit ScannerPort(int backlog = 4) {
    const auto place = *Endpoint::parse("127.0.0.1:0")->to_socket();
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::listen(descriptor_, backlog), 0);
  }
  ~ScannerPort() { ::close(descriptor_); }
  std::string place() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
    return Endpoint::of(address).text();
  }
  Scanner answers() const { return Scanner(::accept4(descriptor_, nullptr, nullptr, SOCK_CLOEXEC)); }

 private:
  int descriptor_;
};

inline bool has_ipv6() {
  const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto place = *Endpoint::parse("[::1]:0")->to_socket();
  const bool bound = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
  ::close(probe);
  return bound;
}

}  // namespace
