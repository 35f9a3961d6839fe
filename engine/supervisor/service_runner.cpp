#include "supervisor/service_runner.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "config/units.hpp"
#include "core/token_bucket.hpp"

namespace gatepost::supervisor {
namespace {

using namespace std::chrono_literals;

constexpr double news_a_second = 50;  // what says more is read no faster, and waits itself
constexpr double news_at_once = 100;

std::string with_remedy_for(const std::string& plugin) {
  return "see the log; report this to the author of plugin " + plugin;
}

int milliseconds(Duration time) {
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(time).count();
  return static_cast<int>(std::clamp<std::int64_t>(whole, 0, 3'600'000));
}

}  // namespace

ServiceRunner::ServiceRunner(const plugin::Plugin& plugin, const config::PluginUse& use, std::filesystem::path socket,
                             const Hosts& hosts, ServicePatience patience)
    : plugin_(plugin),
      use_(use),
      socket_(std::move(socket)),
      hosts_(hosts),
      patience_(patience),
      host_(hosts()),
      stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      vitals_{.name = use.instance.name, .plugin = use.plugin->name, .since = host_->clock().now()},
      backoff_(patience.first, patience.longest, std::random_device{}()),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

ServiceRunner::~ServiceRunner() { request_stop(); }

void ServiceRunner::request_stop() {
  thread_.request_stop();
  static_cast<void>(::eventfd_write(stop_event_.number(), 1));
}

ServiceRunner::Vitals ServiceRunner::vitals() const {
  const std::scoped_lock lock(mutex_);
  return vitals_;
}

void ServiceRunner::turn(State state, pid_t pid) {
  const std::scoped_lock lock(mutex_);
  vitals_.state = state;
  vitals_.pid = pid;
  vitals_.since = host_->clock().now();
  if (state == State::starting) ++vitals_.runs;
}

void ServiceRunner::fails(const Error& error) {
  failing_ = true;
  host_->alarm_begins("service_failing", error);
  const std::scoped_lock lock(mutex_);
  vitals_.trouble = error;
}

// One that ends again and again is one alarm, not many.
void ServiceRunner::recovers_if_steady() {
  const auto now = vitals();
  if (!failing_ || now.state != State::up) return;
  if (host_->clock().now() - now.since < std::max(patience_.steady, waited_)) return;
  failing_ = false;
  host_->alarm_ends("service_failing");
  const std::scoped_lock lock(mutex_);
  vitals_.trouble.reset();
}

void ServiceRunner::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const MonotonicTime begun = host_->clock().now();
    if (run_once(stop) == End::stopped) return;
    if (host_->clock().now() - begun >= patience_.longest) backoff_.reset();
    waited_ = backoff_.next();
    turn(State::waiting, 0);
    pollfd stopped{stop_event_.number(), POLLIN, 0};
    ::poll(&stopped, 1, milliseconds(waited_));
  }
}

ServiceRunner::End ServiceRunner::run_once(const std::stop_token& stop) {
  turn(State::starting, 0);
  const auto data = host_->data_folder();
  auto process = data ? plugin::ServiceProcess::start(plugin_, {.name = use_.instance.name,
                                                                .directory = use_.instance.directory,
                                                                .data = *data,
                                                                .socket = socket_,
                                                                .values = use_.values,
                                                                .memory = use_.service.memory})
                      : Result<plugin::ServiceProcess>(data.error());
  if (!process) return fails(process.error()), End::failed;
  {
    const std::scoped_lock lock(mutex_);
    vitals_.pid = process->pid();
  }
  const auto host = hosts_();  // the alarms of this run end with it
  const Error why = watch(*process, *host, stop);
  if (stop.stop_requested()) return see_off(*process), End::stopped;
  fails(why);
  return End::failed;
}

// Till it ends, hangs, or is to stop: why.
Error ServiceRunner::watch(plugin::ServiceProcess& process, Host& host, const std::stop_token& stop) {
  core::TokenBucket news(news_a_second, news_at_once);
  std::optional<Error> said;
  alive_at_ = host_->clock().now();
  while (!stop.stop_requested()) {
    const Duration quiet = news.wait(host_->clock().now());
    std::array<pollfd, 3> watched{{{stop_event_.number(), POLLIN, 0},
                                   {process.handle(), POLLIN, 0},
                                   {quiet > 0s ? -1 : process.socket(), POLLIN, 0}}};
    const int wake = next_wake_ms();
    const int wait = quiet > 0s ? milliseconds(quiet) : wake;
    ::poll(watched.data(), watched.size(), wake < 0 ? wait : std::min(wake, wait));
    recovers_if_steady();
    while (news.wait(host_->clock().now()) == 0s) {
      const auto one = process.news();
      if (!one) break;
      news.take(host_->clock().now());
      if (!*one) return one->error();
      if (auto error = heed(**one, host)) said = std::move(error);
    }
    const MonotonicTime now = host_->clock().now();
    const auto signs = std::chrono::seconds(use_.plugin->signs_of_life_seconds);
    if (signs > 0s && now - alive_at_ > signs)
      return {"hangs: no sign of life for " + config::to_text(signs), use_.instance.name,
              with_remedy_for(use_.plugin->name)};
    if ((watched[1].revents & POLLIN) == 0) continue;
    const auto ended = process.ended_within(0s);
    if (said) return *said;
    if (ended == "ended with status " + std::to_string(plugin::out_of_memory_status))
      return {"took more than its " + config::to_text(use_.service.memory) + " of memory", use_.instance.name,
              "raise its 'memory' in the site file, or report this to the author of plugin " +
                  std::string(use_.plugin->name)};
    return {ended.value_or("has ended"), use_.instance.name, with_remedy_for(use_.plugin->name)};
  }
  return {"is asked to stop", use_.instance.name, {}};
}

// What it says after that is of no interest any more.
void ServiceRunner::see_off(plugin::ServiceProcess& process) {
  process.request_stop();
  if (process.ended_within(patience_.stop)) return;
  host_->log(Severity::warning, "does_not_stop", "is killed: it does not stop when asked to");
  process.kill();
  static_cast<void>(process.ended_within(1s));
}

// What it ended with, where it says that.
std::optional<Error> ServiceRunner::heed(const plugin::ServiceNews& news, Host& host) {
  using Kind = plugin::ServiceNews::Kind;
  alive_at_ = host_->clock().now();
  switch (news.kind) {
    case Kind::up:
      turn(State::up, vitals().pid);
      break;
    case Kind::log:
      host.log(news.severity, news.name, news.text);
      break;
    case Kind::alarm_begins:
      host.alarm_begins(news.name, news.error.value_or(Error{}));
      break;
    case Kind::alarm_ends:
      host.alarm_ends(news.name);
      break;
    case Kind::ended:
      return news.error.value_or(
          Error{"has ended though nobody asked it to", use_.instance.name, with_remedy_for(use_.plugin->name)});
    case Kind::alive:
      break;
  }
  return {};
}

// Nothing wakes it while nothing happens, but for what it waits for itself.
int ServiceRunner::next_wake_ms() const {
  std::optional<Duration> next;
  const MonotonicTime now = host_->clock().now();
  const auto sooner = [&](MonotonicTime at) { next = std::min(next.value_or(Duration::max()), at - now + 1ms); };
  if (const auto signs = use_.plugin->signs_of_life_seconds; signs > 0) sooner(alive_at_ + std::chrono::seconds(signs));
  const auto state = vitals();
  if (failing_ && state.state == State::up) sooner(state.since + std::max(patience_.steady, waited_));
  return next ? milliseconds(*next) : -1;
}

}  // namespace gatepost::supervisor
