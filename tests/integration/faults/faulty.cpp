// An output as bad as a test wants it.
#include <fcntl.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Delivery;
using gatepost::Error;
using gatepost::Record;
using namespace std::chrono_literals;

enum class Fault : std::uint8_t { none, wait, fifo, spin, raise, slow, refuse };
constexpr auto setting_names(Fault) {
  return std::array{gatepost::Choice{"none", Fault::none},    gatepost::Choice{"wait", Fault::wait},
                    gatepost::Choice{"fifo", Fault::fifo},    gatepost::Choice{"spin", Fault::spin},
                    gatepost::Choice{"raise", Fault::raise},  gatepost::Choice{"slow", Fault::slow},
                    gatepost::Choice{"refuse", Fault::refuse}};
}

struct Settings {
  Fault fault = Fault::none;
  std::filesystem::path file;
  std::chrono::milliseconds each = 1s;
};

bool sleep(std::chrono::milliseconds length, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, length, [] { return false; });
  return !stop.stop_requested();
}

class Faulty final : public gatepost::Sink {
 public:
  explicit Faulty(Settings settings) : settings_(std::move(settings)) {}

  Delivery deliver(std::span<const Record> batch, std::stop_token stop) override {
    switch (settings_.fault) {
      case Fault::none:
        return {batch.size()};
      case Fault::wait:
        while (sleep(1h, stop)) {
        }
        return {0, Error{"was told to stop", {}, "start it"}};
      case Fault::fifo:
        return write_to_fifo(batch.size());
      case Fault::spin:
        while (!stop.stop_requested()) {
        }
        return {0, Error{"was told to stop", {}, "start it"}};
      case Fault::raise:
        throw std::runtime_error("a fit");
      case Fault::slow:
        sleep(settings_.each, stop);
        return {1};
      case Fault::refuse:
        return refuse(batch);
    }
    return {};
  }

 private:
  // Deaf to its stop token, as a call of the kernel is: a FIFO that nobody reads blocks who opens it.
  Delivery write_to_fifo(std::size_t count) const {
    const int fifo = ::open(settings_.file.c_str(), O_WRONLY | O_CLOEXEC);
    if (fifo < 0) return {0, Error{"is not there", settings_.file.string(), "make it"}};
    ::close(fifo);
    return {count};
  }

  // Even sequences, for as long as the file is there.
  Delivery refuse(std::span<const Record> batch) const {
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (batch[i].id.sequence % 2 == 0 && std::filesystem::exists(settings_.file))
        return {i, Error{"even numbers are bad", "the receiver", "ask its owner"}, true};
    return {batch.size()};
  }

  const Settings settings_;
};

constexpr auto table =
    gatepost::settings(gatepost::field("fault", &Settings::fault, "what is wrong with it"),
                       gatepost::field("file", &Settings::file, "of fifo: a FIFO; of refuse: while it is there"),
                       gatepost::field("each", &Settings::each, "of slow: how long a Record takes"));

}  // namespace

GATEPOST_SINK("faulty", "an output that fails in a way of your choice", table, Faulty)
