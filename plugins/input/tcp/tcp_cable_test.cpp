// The cable pulled between two network namespaces.
#include "test_parts.hpp"

namespace {

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
