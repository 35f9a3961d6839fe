// Addresses; scanners on real sockets; the cable pulled between two network namespaces.
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

namespace {

using gatepost::Damage;
using gatepost::Reading;
using gatepost::Result;
using tcp::Endpoint;
using tcp::Host;
using tcp::Network;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

using Settings = std::map<std::string, gatepost::Value>;

Host host(std::string_view text) {
  const auto parsed = Host::parse(text);
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Host();
}

TEST(Addresses, AreReadAndWritten) {
  for (const char* text : {"192.0.2.7", "2001:db8::7", "::1", "fe80::7%eth0", "::"}) EXPECT_EQ(host(text).text(), text);
  for (const char* text : {"192.0.2.7:4001", "[2001:db8::7]:4001", "[fe80::7%eth0]:4001", "[::]:0"})
    EXPECT_EQ(Endpoint::parse(text)->text(), text);
  EXPECT_EQ(Endpoint::parse(":4001")->text(), "[::]:4001");
  for (const char* text : {"192.0.2.0/24", "2001:db8::/64", "0.0.0.0/0", "::/0", "192.0.2.7"})
    EXPECT_EQ(Network::parse(text)->text(), text);
  EXPECT_EQ(host("::ffff:192.0.2.7"), host("192.0.2.7"));
}

TEST(Addresses, RefuseWhatIsNone) {
  for (const char* text : {"", "gate", "192.0.2", "192.0.2.256", "1:2:3", "fe80::7%", "fe80::7%a b", "192.0.2.7%eth0",
                           "fe80::7%waytoolonganame1", "::1 "})
    EXPECT_FALSE(Host::parse(text)) << text;
  EXPECT_FALSE(Host::parse(std::string_view("::1\0", 4)));
  for (const char* text : {"", "192.0.2.7", "192.0.2.7:", "192.0.2.7:65536", "192.0.2.7:-1", "2001:db8::7:4001",
                           "[192.0.2.7]:4001", "[]:4001", "gate:4001", "192.0.2.7:4001 "})
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  for (const char* text : {"192.0.2.0/33", "192.0.2.0/", "::/129", "192.0.2.0/-1", "/24"})
    EXPECT_FALSE(Network::parse(text)) << text;
  EXPECT_THAT(Network::parse("192.0.2.7/24").error().remedy, HasSubstr("192.0.2.0/24"));
}

TEST(Addresses, BelongToANetworkOrNot) {
  const auto in = [](std::string_view network, std::string_view one) {
    return Network::parse(network)->contains(host(one));
  };
  EXPECT_TRUE(in("192.0.2.0/25", "192.0.2.127"));
  EXPECT_FALSE(in("192.0.2.0/25", "192.0.2.128"));
  EXPECT_TRUE(in("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(in("::/0", "203.0.113.9"));
  EXPECT_TRUE(in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(in("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(in("fe80::/10", "fe80::1%eth0"));
  EXPECT_FALSE(in("fe80::1%eth1", "fe80::1%eth0"));
  EXPECT_TRUE(tcp::admits({}, host("127.0.0.9")));
  EXPECT_TRUE(tcp::admits({}, host("::1")));
  EXPECT_FALSE(tcp::admits({}, host("192.0.2.7")));
}

TEST(Addresses, OfAnyBytesComeBackFromTheirText) {
  EXPECT_TRUE(rc::check([] {
    Host any;
    for (auto& byte : any.bytes) byte = *rc::gen::element<std::uint8_t>(0, 0, 0xff, 1, 0xfe, 0x80);
    RC_ASSERT(Host::parse(any.text()).value() == any);
    const Endpoint endpoint{any, *rc::gen::arbitrary<std::uint16_t>()};
    RC_ASSERT(Endpoint::parse(endpoint.text()).value().host == any);
    RC_ASSERT(Network::parse(any.text()).value().contains(any));
  }));
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

std::string told(const Reading& reading) {
  return reading.device + " " +
         (reading.damage == Damage::none ? reading.payload : "!" + std::string(to_word(reading.damage)));
}

Result<std::unique_ptr<gatepost::Input>> made(const Settings& settings) {
  static const std::filesystem::path folder = GATEPOST_PLUGINS;
  static const auto catalogue = gatepost::plugin::Catalogue::load({&folder, 1});
  const auto& descriptor = *catalogue.find("tcp")->descriptor;
  std::vector<gatepost::Value> values;
  for (const auto& field : descriptor.settings()) {
    const auto given = settings.find(std::string(field.key));
    values.push_back(given == settings.end() ? field.fallback : given->second);
  }
  return descriptor.make.input(values, {"scanners", "/"});
}

// The plugin as the engine runs it.
class Device final : private gatepost::InputHost {
 public:
  explicit Device(
      const Settings& settings, std::function<void()> first = [] {}) {
    auto input = made(settings);
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

 private:
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

  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Reading> readings_;
  std::string identity_;
  std::optional<Result<void>> ended_;
  std::jthread thread_;
};

Settings listening(Settings more = {}) {
  more.try_emplace("listen", std::string("127.0.0.1:0"));
  return more;
}

std::string refusal(const Settings& settings) {
  const auto input = made(settings);
  return input ? "" : to_line(input.error());
}

TEST(TcpSettings, AreHeldAgainstEachOther) {
  EXPECT_THAT(refusal({}), HasSubstr("neither listen nor connect"));
  EXPECT_THAT(refusal({{"listen", std::string(":1")}, {"connect", std::string("::1")}}), HasSubstr("both"));
  EXPECT_THAT(refusal(listening({{"allow", std::vector<std::string>{"192.0.2.7/24"}}})), HasSubstr("192.0.2.0/24"));
  EXPECT_THAT(refusal({{"connect", std::string(":4001")}}), HasSubstr("names no scanner"));
  EXPECT_THAT(refusal(listening({{"framing", std::string("idle")}})), HasSubstr("min_length"));
  EXPECT_THAT(refusal(listening({{"framing", std::string("length")}})), HasSubstr("how many bytes"));
  EXPECT_THAT(refusal(listening({{"answer_good", std::string("\\q")}})), HasSubstr("answer_good"));
}

TEST(TcpListener, KeepsTheBytesOfSeveralScannersApart) {
  Device device(listening());
  const auto place = device.place();
  Scanner one(place, "127.0.0.2:0"), two(place, "127.0.0.3:0");
  for (std::size_t i = 0; i < 7; ++i) {
    ASSERT_TRUE(one.sends(std::string_view("E000101").substr(i, 1)));
    ASSERT_TRUE(two.sends(std::string_view("V-77-19").substr(i, 1)));
  }
  EXPECT_TRUE(one.sends("\r\n") && two.sends("\n"));
  EXPECT_THAT(device.waits_for(2), UnorderedElementsAre("127.0.0.2 E000101", "127.0.0.3 V-77-19"));
}

TEST(TcpListener, AScannerThatGoesInTheMiddleLeavesADamagedReading) {
  Device device(listening({{"idle", gatepost::Duration(10s)}}));
  Scanner one(device.place());
  one.sends("E000100\rE0001");
  one.hangs_up();
  EXPECT_THAT(device.waits_for(2), ElementsAre("127.0.0.1 E000100", "127.0.0.1 !no_terminator"));
  EXPECT_THAT(device.last_detail(), HasSubstr("5 bytes, then the scanner closed"));
  Scanner two(device.place());
  two.sends("E00010");
  device.waits_for(3, 50ms);  // it is read before it is broken off
  two.breaks_off();
  EXPECT_EQ(device.waits_for(3).size(), 3U);
  Scanner three(device.place());
  three.sends("01\r");
  EXPECT_EQ(device.waits_for(4).back(), "127.0.0.1 01") << "a new connection begins a new frame";
}

TEST(TcpListener, TakesTheEndOfAConnectionForSilenceButNotItsBreak) {
  Device device(listening({{"framing", std::string("idle")},
                           {"idle", gatepost::Duration(10s)},
                           {"min_length", std::int64_t{7}},
                           {"max_length", std::int64_t{7}}}));
  Scanner one(device.place());
  one.sends("E000101");
  one.hangs_up();
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 E000101"));
  Scanner two(device.place());
  two.sends("E000102");
  device.waits_for(2, 50ms);
  two.breaks_off();
  EXPECT_EQ(device.waits_for(2).back(), "127.0.0.1 !no_terminator");
}

TEST(TcpListener, LetsInWhomItAllowsAndNobodyElse) {
  Device device(listening({{"allow", std::vector<std::string>{"127.0.0.2", "127.0.1.0/24"}}}));
  Scanner stranger(device.place(), "127.0.0.3:0");
  EXPECT_TRUE(stranger.is_hung_up_on());
  Scanner one(device.place(), "127.0.0.2:0"), two(device.place(), "127.0.1.77:0");
  EXPECT_TRUE(one.sends("A\r"));
  EXPECT_EQ(device.waits_for(1).back(), "127.0.0.2 A");
  EXPECT_TRUE(two.sends("B\r"));
  EXPECT_EQ(device.waits_for(2).back(), "127.0.1.77 B");
}

TEST(TcpListener, IsFullForStrangersButNotForAScannerThatCallsAnew) {
  Device device(listening({{"max_clients", std::int64_t{2}}, {"idle", gatepost::Duration(10s)}}));
  Scanner one(device.place(), "127.0.0.2:0"), two(device.place(), "127.0.0.3:0");
  one.sends("E0001");
  two.sends("B\r");
  device.waits_for(1);
  Scanner three(device.place(), "127.0.0.4:0");
  EXPECT_TRUE(three.is_hung_up_on());
  Scanner again(device.place(), "127.0.0.2:0");
  EXPECT_TRUE(one.is_hung_up_on());
  again.sends("E000101\r");
  EXPECT_THAT(device.waits_for(3), ElementsAre("127.0.0.3 B", "127.0.0.2 !no_terminator", "127.0.0.2 E000101"));
}

long resident_kib() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * 4;
}

TEST(TcpListener, TakesEndlessLinesInBoundedMemoryWhileAnotherScans) {
  Device device(listening());
  Scanner flood(device.place(), "127.0.0.2:0"), gun(device.place(), "127.0.0.3:0");
  const std::string block(64 * 1024, 'x');
  flood.sends(block);
  const long before = resident_kib();
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(flood.sends(block));
  EXPECT_LT(resident_kib() - before, 4096);
  gun.sends("E000101\r");
  EXPECT_EQ(device.waits_for(1)[0], "127.0.0.3 E000101");
  flood.sends("\rE000102\r");
  EXPECT_THAT(device.waits_for(3), ElementsAre("127.0.0.3 E000101", "127.0.0.2 !overlong", "127.0.0.2 E000102"));
}

TEST(TcpListener, AnswersTheScanner) {
  Device device(listening({{"answer_good", std::string("OK\\r\\n")},
                           {"answer_damaged", std::string("\\x15")},
                           {"min_length", std::int64_t{3}}}));
  Scanner gun(device.place());
  gun.sends("E000101\r");
  EXPECT_EQ(gun.hears(4), "OK\r\n");
  gun.sends("E\r");
  EXPECT_EQ(gun.hears(1), "\x15");
}

TEST(TcpListener, HangsUpOnAScannerThatDoesNotTakeItsAnswers) {
  Device device(listening({{"answer_good", std::string(256, 'y')}}));
  Scanner deaf(device.place());
  const int small = 4096;
  ::setsockopt(deaf.descriptor(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  std::string scans;
  for (int i = 0; i < 1000; ++i) scans += "A\r";
  bool hung_up = false;
  for (int i = 0; i < 50'000 && !hung_up; ++i) hung_up = !deaf.sends(scans);
  EXPECT_TRUE(hung_up);
  Scanner gun(device.place(), "127.0.0.9:0");
  gun.sends("E000101\r");
  EXPECT_EQ(gun.hears(1), "y");
}

TEST(TcpListener, SaysWhoElseListensThere) {
  Device first(listening());
  Device second(listening({{"listen", first.place()}}));
  const auto ended = second.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("ss -ltnp"));
}

TEST(TcpListener, StopsAtOnceWithScannersConnected) {
  Device device(listening());
  Scanner one(device.place());
  one.sends("E00");
  const auto asked = std::chrono::steady_clock::now();
  device.stop();
  const auto ended = device.ended();
  ASSERT_TRUE(ended.has_value() && *ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 500ms);
}

bool has_ipv6() {
  const int probe = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto place = *Endpoint::parse("[::1]:0")->to_socket();
  const bool bound = probe >= 0 && ::bind(probe, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
  ::close(probe);
  return bound;
}

TEST(TcpListener, HearsBothFamiliesOnOnePort) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6 loopback";
  Device device({{"listen", std::string(":0")}});
  const auto port = device.place().substr(device.place().rfind(':'));
  Scanner four("127.0.0.1" + port), six("[::1]" + port);
  four.sends("A\r");
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 A"));
  six.sends("B\r");
  EXPECT_EQ(device.waits_for(2).back(), "::1 B");
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

TEST(TcpCaller, ReadsFromTheScannersPortAndSaysWhenItIsGone) {
  ScannerPort port;
  Device device({{"connect", port.place()}});
  Scanner scanner = port.answers();
  scanner.sends("E000101\rE00");
  EXPECT_THAT(device.waits_for(1), ElementsAre("127.0.0.1 E000101"));
  scanner.hangs_up();
  EXPECT_THAT(device.waits_for(2).back(), "127.0.0.1 !no_terminator");
  const auto ended = device.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr(port.place() + ": gone: the scanner closed"));
}

TEST(TcpCaller, SaysThatNobodyIsThere) {
  std::string place = ScannerPort().place();
  Device device({{"connect", place}});
  const auto ended = device.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("refused"));
}

TEST(TcpCaller, StopsWhileItsCallIsNotAnswered) {
  ScannerPort port(0);
  const Scanner first(port.place());  // the queue is full: the kernel drops the next call
  Device device({{"connect", port.place()}, {"connect_timeout", gatepost::Duration(60s)}});
  std::this_thread::sleep_for(100ms);
  const auto asked = std::chrono::steady_clock::now();
  device.stop();
  const auto ended = device.ended();
  ASSERT_TRUE(ended.has_value() && *ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 500ms);
}

TEST(TcpCaller, GivesUpACallInTime) {
  ScannerPort port(0);
  const Scanner first(port.place());
  Device device({{"connect", port.place()}, {"connect_timeout", gatepost::Duration(50ms)}});
  const auto ended = device.ended();
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("nobody answered"));
}

// Two machines and the cable between them: two network namespaces, each of a thread, gone with it.
class Cable {
 public:
  Cable() {
    std::promise<std::pair<bool, int>> made;
    auto far = made.get_future();
    scanners_machine_ = std::jthread([this, made = std::move(made)](const std::stop_token& stop) mutable {
      made.set_value({::unshare(CLONE_NEWNET) == 0, ::gettid()});
      work(stop);
    });
    const auto [apart, thread] = far.get();
    there_ = apart;
    far_ = thread;
  }
  ~Cable() {
    does([this] { scanners_machine_.request_stop(); });
  }

  bool there() const { return there_; }
  /// To be called on the thread that Gatepost runs on: its machine.
  void plug_in() {
    const std::string far = std::to_string(far_);
    there_ = there_ && ::unshare(CLONE_NEWNET) == 0 &&
             run("ip link set lo up && ip link add name gp0 type veth peer name gp1 netns " + far +
                 " && ip addr add 192.0.2.1/24 dev gp0 && ip addr add fe80::1/64 dev gp0 nodad && ip link set gp0 up");
    does([this] {
      there_ = there_ && run("ip addr add 192.0.2.7/24 dev gp1 && ip addr add 192.0.2.8/24 dev gp1 &&"
                             " ip addr add fe80::7/64 dev gp1 nodad && ip link set gp1 up");
    });
  }
  void pull() {
    does([] { EXPECT_TRUE(run("ip link set gp1 down")); });
  }
  void put_back() {
    does([] { EXPECT_TRUE(run("ip link set gp1 up")); });
  }
  /// Runs it on the scanner's machine, and waits for it.
  void does(std::function<void()> work) {
    std::packaged_task<void()> task(std::move(work));
    auto done = task.get_future();
    {
      const std::scoped_lock lock(mutex_);
      task_ = std::move(task);
      changed_.notify_all();
    }
    done.wait();
  }

 private:
  static bool run(const std::string& command) {
    return std::system(("(" + command + ") >/dev/null 2>&1").c_str()) == 0;
  }
  void work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return task_.valid(); });
      auto task = std::move(task_);
      task_ = {};
      lock.unlock();
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::packaged_task<void()> task_;
  std::atomic<bool> there_ = false;
  pid_t far_ = 0;
  std::jthread scanners_machine_;
};

Settings watchful(Settings more) {
  more["keepalive_after"] = gatepost::Duration(1s);
  more["keepalive_every"] = gatepost::Duration(1s);
  more["keepalive_tries"] = std::int64_t{1};
  more["idle"] = gatepost::Duration(10s);  // not silence: the keepalive is what finds it
  return more;
}

TEST(TcpHalfOpen, AScannerWhoseCableIsPulledIsFoundByKeepalive) {
  Cable cable;
  if (!cable.there()) GTEST_SKIP() << "no network namespaces here (they need the right to make them)";
  Device device(watchful({{"listen", std::string("192.0.2.1:4001")},
                          {"allow", std::vector<std::string>{"192.0.2.0/24"}},
                          {"max_clients", std::int64_t{1}}}),
                [&] { cable.plug_in(); });
  device.place_or_end();
  if (!cable.there()) GTEST_SKIP() << "no veth pair or no `ip` here";
  std::optional<Scanner> first, second;
  cable.does([&] { first.emplace("192.0.2.1:4001", "192.0.2.7:0"); });
  first->sends("E000101\rE0001");
  EXPECT_THAT(device.waits_for(1), ElementsAre("192.0.2.7 E000101"));
  cable.pull();
  const auto pulled = std::chrono::steady_clock::now();
  EXPECT_THAT(device.waits_for(2, 8s), ElementsAre("192.0.2.7 E000101", "192.0.2.7 !no_terminator"));
  EXPECT_THAT(device.last_detail(), HasSubstr("5 bytes, then "));
  EXPECT_GT(std::chrono::steady_clock::now() - pulled, 500ms);
  cable.put_back();
  cable.does([&] { second.emplace("192.0.2.1:4001", "192.0.2.8:0"); });
  second->sends("E000102\r");
  EXPECT_EQ(device.waits_for(3).back(), "192.0.2.8 E000102") << "the place of the dead one is free";
}

TEST(TcpHalfOpen, AScannerThatGatepostCalledIsFoundGoneToo) {
  Cable cable;
  if (!cable.there()) GTEST_SKIP() << "no network namespaces here (they need the right to make them)";
  std::optional<Scanner> scanner;
  std::promise<void> listens;
  Device device(watchful({{"connect", std::string("192.0.2.7:2001")}}), [&] {
    cable.plug_in();
    listens.get_future().wait();
  });
  int port = -1;
  cable.does([&] {
    const auto place = *Endpoint::parse("0.0.0.0:2001")->to_socket();
    port = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(port, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
    EXPECT_EQ(::listen(port, 4), 0);
  });
  listens.set_value();
  device.place_or_end();
  if (!cable.there()) GTEST_SKIP() << "no veth pair or no `ip` here";
  scanner.emplace(::accept4(port, nullptr, nullptr, SOCK_CLOEXEC));
  ::close(port);
  scanner->sends("E0001");
  device.waits_for(1, 100ms);
  cable.pull();
  const auto ended = device.ended(8s);
  ASSERT_TRUE(ended && !*ended);
  EXPECT_THAT(to_line(ended->error()), HasSubstr("192.0.2.7:2001: gone: "));
  EXPECT_THAT(device.waits_for(1), ElementsAre("192.0.2.7 !no_terminator"));
}

TEST(TcpLinkLocal, ScannersAreHeardAndNamedWithTheirInterface) {
  Cable cable;
  if (!cable.there() || !has_ipv6()) GTEST_SKIP() << "no network namespaces or no IPv6 here";
  Device device(
      watchful({{"listen", std::string("[fe80::1%gp0]:4001")}, {"allow", std::vector<std::string>{"fe80::/10"}}}),
      [&] { cable.plug_in(); });
  device.place_or_end();
  if (!cable.there()) GTEST_SKIP() << "no veth pair or no `ip` here";
  std::optional<Scanner> scanner;
  cable.does([&] { scanner.emplace("[fe80::1%gp1]:4001"); });
  scanner->sends("E000101\r");
  EXPECT_THAT(device.waits_for(1), ElementsAre("fe80::7%gp0 E000101"));
}

}  // namespace
