#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>

#include "api/site_api.hpp"
#include "cli/open_site.hpp"
#include "cli/options.hpp"
#include "observe/console.hpp"
#include "observe/log.hpp"
#include "observe/message_catalogue.hpp"
#include "observe/metrics_server.hpp"
#include "observe/recent.hpp"
#include "observe/screen.hpp"
#include "runtime/subscribers.hpp"
#include "supervisor/machine_clock.hpp"
#include "supervisor/reloader.hpp"
#include "supervisor/running_site.hpp"
#include "supervisor/systemd_notifier.hpp"

namespace gatepost::cli {
namespace {

using namespace std::chrono_literals;

constexpr Duration stop_patience = 3s;
constexpr Duration screen_patience = 200ms;  // for the last lines: nobody may be reading
constexpr Duration answer_patience = 200ms;  // for one that is being made when the site is to stop
constexpr Duration reload_patience = 10s;    // for one that is under way when the site is to stop

bool has_terminal() {
  const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal >= 0) ::close(terminal);
  return terminal >= 0;
}

// Listens from its making on.
class Signals {
 public:
  explicit Signals(boost::asio::io_context& context) : context_(context) {}

  /// Till one that stops comes; `reload` is called for each that asks for it.
  void wait(const std::function<void()>& reload) {
    arm(reload);
    context_.run();
  }

 private:
  void arm(const std::function<void()>& reload) {
    signals_.async_wait([this, &reload](const boost::system::error_code&, int signal) {
      // Whoever closes a terminal ends what runs in it: there SIGHUP asks for no reload.
      if (signal != SIGHUP || (had_terminal_ && !has_terminal())) return context_.stop();
      reload();
      arm(reload);
    });
  }

  boost::asio::io_context& context_;
  const bool had_terminal_ = has_terminal();
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM, SIGHUP};
};

std::string heading(const config::Site& site, bool colour, Duration took) {
  const char* bold = colour ? "\x1b[1m" : "";
  const char* plain = colour ? "\x1b[0m" : "";
  std::ostringstream text;
  text << bold << "Checkpoint " << site.checkpoint.code << "  " << site.checkpoint.name << plain << "  –  "
       << site.lanes.size() << (site.lanes.size() == 1 ? " lane" : " lanes") << ", ready in "
       << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms; Ctrl-C stops";
  return text.str();
}

std::unique_ptr<observe::MetricsServer> offer(const config::Site& site, const api::SiteMetrics& numbers) {
  if (!site.observe.metrics.anywhere()) return nullptr;
  auto server = observe::MetricsServer::start(site.observe.metrics, [&numbers] { return numbers.text(); });
  if (server) return std::move(*server);
  std::cerr << "gatepost run: " << to_line(server.error()) << "\n";
  return nullptr;
}

// A person at a terminal sees it all on the console already.
observe::Log::Level level_of(const config::Site& site) {
  return site.observe.log.value_or(::isatty(STDERR_FILENO) == 1 ? observe::Log::Level::off : observe::Log::Level::info);
}

// What keeps the site from a good end, a line each; "" where nothing does.
std::string what_went_wrong(const supervisor::RunningSite& running, bool stopped) {
  std::string all;
  for (const auto& gate : running.not_at_rest()) all += "gatepost run: not known to be at rest: " + gate + "\n";
  if (stopped) return all;
  const auto lingering = running.lingering();
  for (const auto& who : lingering)
    all += "gatepost run: " + who + " does not stop within 3 s and is left behind" +
           (who.starts_with("output ") ? "; what it had not taken comes again at the next start\n" : "\n");
  if (lingering.empty()) all += "gatepost run: the disk does not keep the last Records within 3 s\n";
  return all;
}

int run_site(const config::Site& site, const plugin::Catalogue& catalogue, MonotonicTime begun) {
  const supervisor::MachineClock clock;
  const bool terminal = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  observe::MessageCatalogue messages(site.languages, site.texts);
  for (const auto& plugin : catalogue.plugins())
    messages.add({plugin.descriptor->reasons, plugin.descriptor->reason_count});
  const bool show_subjects = ::isatty(STDOUT_FILENO) == 1 || site.journal.subjects == config::Privacy::clear;
  observe::Screen screen(STDOUT_FILENO), errors(STDERR_FILENO);
  observe::Console console([&screen](std::string line) { screen.print(std::move(line)); }, messages,
                           {.colour = terminal, .subjects = show_subjects});
  observe::Recent recent;
  observe::Traces traces;
  observe::Metrics metrics;
  observe::Log log(level_of(site), observe::Log::journal_behind_standard_error(), clock);
  boost::asio::io_context loop;
  supervisor::SystemdNotifier systemd(loop);
  runtime::Observers observers({&recent, &traces, &metrics, &log, &systemd, &console});
  runtime::Subscriber subscriber(observers);
  Signals signals(loop);  // who reads "ready" may stop the site at once
  auto running = supervisor::RunningSite::start(site, catalogue, subscriber, clock);
  if (!running) {
    errors.print("gatepost run: " + to_line(running.error()));
    errors.drained(screen_patience);
    return Exit::failed;
  }
  api::Status status(**running, recent, clock, begun);
  const api::SiteMetrics numbers(**running, site, metrics, clock, begun);
  auto metrics_server = offer(site, numbers);
  std::optional<api::SiteApi> asked;
  const auto told = [&](const supervisor::Reloaded& reloaded) {
    if (!reloaded.diagnostics.empty()) errors.print(reloaded.diagnostics);
    if (reloaded.done && reloaded.done->empty()) screen.print("The site file is as it was.");
    const auto now = (*running)->site();
    messages.speak(now->languages, now->texts);
    asked->follow(*now);
    systemd.reloaded();
  };
  supervisor::Reloader reloader(**running, catalogue, told, [&] { systemd.reloading(); });
  asked.emplace(api::SiteApi::Of{**running, reloader, catalogue, status, numbers, traces, clock});
  if (const auto opened = asked->open(); !opened) errors.print("gatepost run: " + to_line(opened.error()));
  screen.print(heading(site, terminal, clock.now() - begun));
  systemd.ready([&] { return supervisor::check_health(**running, recent, clock); });
  signals.wait([&] { reloader.ask(); });
  systemd.stopping();
  metrics_server.reset();
  const bool closed = asked->close(answer_patience);
  const bool stopped = reloader.stop(reload_patience) && (*running)->stop(stop_patience);
  subscriber.drained(screen_patience);
  const std::string wrong = what_went_wrong(**running, stopped);
  if (wrong.empty()) screen.print("Stopped; every gate is at rest.");
  if (!wrong.empty()) errors.print(wrong.substr(0, wrong.size() - 1));
  const bool shown = errors.drained(screen_patience) && screen.drained(screen_patience);
  if (stopped && shown && closed) return wrong.empty() ? Exit::good : Exit::failed;
  std::_Exit(stopped && wrong.empty() ? Exit::good : Exit::failed);  // what hangs is not waited for
}

int start(const std::vector<std::string>& arguments) {
  const MonotonicTime begun = SystemClock().now();
  boost::program_options::variables_map values;
  if (auto exit = parse(run, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(run, "name the site file to run");
  const auto opened = open_site(values["site"].as<std::string>());
  if (!opened) return Exit::usage;
  for (const auto& [file, why] : opened->catalogue.refused()) std::cerr << "plugin refused: " << to_line(why) << "\n";
  return run_site(opened->site, opened->catalogue, begun);
}

Options run_options() { return {.arguments = {{"site", Takes::site}}}; }

constexpr std::string_view run_about =
    R"(The site file is checked first; where it is not good, everything that is wrong is told and nothing begins. Then the
gates come to rest, the devices are opened, and each scan is answered. A device that is absent is waited for.

SIGTERM or Ctrl-C stops the site within three seconds, with every gate at rest; so does the end of its terminal. SIGHUP has it take over its file as it
stands now, as `gatepost reload` does. Under systemd it tells when it is ready, how it is, and that it works.)";

constexpr std::array run_examples{
    Example{"gatepost run site.yaml", "Runs a site in this terminal."},
    Example{"sudo systemctl enable --now gatepost@north",
            "Runs /etc/gatepost/north.yaml as a service, now and after each start of this machine."},
};

}  // namespace

const Command run{"run",     "SITE",       "Run a site until Ctrl-C or SIGTERM, and show each verdict as it falls.",
                  run_about, run_examples, run_options,
                  start};

}  // namespace gatepost::cli
