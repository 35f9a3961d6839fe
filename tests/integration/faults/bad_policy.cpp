// A policy that never answers, or throws.
#include <condition_variable>
#include <mutex>
#include <stdexcept>

#include <gatepost/descriptor.hpp>

namespace {

struct Settings {
  bool hang = false;
};

class BadPolicy final : public gatepost::Policy {
 public:
  explicit BadPolicy(Settings settings) : settings_(settings) {}

  gatepost::Result<gatepost::Decision> decide(const gatepost::Attempt&) const override {
    if (!settings_.hang) throw std::runtime_error("a fit");
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable().wait(lock, [] { return false; });
    return gatepost::Decision{};
  }

 private:
  const Settings settings_;
};

constexpr auto table = gatepost::settings(gatepost::field("hang", &Settings::hang, "never answer, or else throw"));

}  // namespace

GATEPOST_POLICY("bad_policy", "a policy that fails in a way of your choice", table, BadPolicy)
