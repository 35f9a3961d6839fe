// A scanner that is as bad as a test wants it.
#include <fcntl.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Error;
using gatepost::Result;
using namespace std::chrono_literals;

enum class Fault : std::uint8_t { raise, deaf, leak_threads, leak_descriptors };
constexpr auto setting_names(Fault) {
  return std::array{gatepost::Choice{"raise", Fault::raise}, gatepost::Choice{"deaf", Fault::deaf},
                    gatepost::Choice{"leak_threads", Fault::leak_threads},
                    gatepost::Choice{"leak_descriptors", Fault::leak_descriptors}};
}

struct Settings {
  Fault fault = Fault::raise;
  std::uint8_t each = 1;
};

void wait_for_ever() {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable().wait(lock, [] { return false; });
}

class BadInput final : public gatepost::Input {
 public:
  explicit BadInput(Settings settings) : settings_(settings) {}

  Result<void> run(gatepost::InputHost& host, std::stop_token) override {
    switch (settings_.fault) {
      case Fault::raise:
        throw std::runtime_error("a fit");
      case Fault::deaf:
        host.opened("deaf");
        wait_for_ever();
        break;
      case Fault::leak_threads:
        for (int i = 0; i < settings_.each; ++i) std::thread(wait_for_ever).detach();
        break;
      case Fault::leak_descriptors:
        for (int i = 0; i < settings_.each; ++i)
          if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return Error{"no more files", {}, "close some"};
        break;
    }
    return Error{"went away", "the device", "plug it in"};
  }

 private:
  const Settings settings_;
};

constexpr auto table = gatepost::settings(gatepost::field("fault", &Settings::fault, "what is wrong with it"),
                                          gatepost::field("each", &Settings::each, "how many each run leaks"));

}  // namespace

GATEPOST_INPUT("bad_input", "a scanner that fails in a way of your choice", table, BadInput)
