// A real network of two machines, to be pulled apart.
#pragma once

#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>

namespace gatepost::world {

/// Two machines and the cable between them: two network namespaces, each of a thread, gone with it.
class Cable {
 public:
  Cable() {
    std::promise<std::pair<bool, int>> made;
    auto far = made.get_future();
    far_machine_ = std::jthread([this, made = std::move(made)](const std::stop_token& stop) mutable {
      made.set_value({::unshare(CLONE_NEWNET) == 0, ::gettid()});
      work(stop);
    });
    const auto [apart, thread] = far.get();
    there_ = apart;
    far_ = thread;
  }
  ~Cable() {
    does([this] { far_machine_.request_stop(); });
  }

  bool there() const { return there_; }
  /// To be called on the thread that Gatepost runs on: its machine, 192.0.2.1; the far one is 192.0.2.7.
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
    does([] { run("ip link set gp1 down"); });
  }
  void put_back() {
    does([] { run("ip link set gp1 up"); });
  }
  /// The far machine does not say any more which hardware address it has.
  void is_known(bool known) {
    does([known] { run(std::string("ip link set gp1 arp ") + (known ? "on" : "off")); });
  }
  /// Runs it on the far machine, and waits for it.
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
  std::jthread far_machine_;
};

}  // namespace gatepost::world
