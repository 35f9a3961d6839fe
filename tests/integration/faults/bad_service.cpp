// A service that works, or fails in a way of your choice.
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Error;
using gatepost::Result;
using gatepost::ServiceHost;

enum class Does { work, crash, leak, be_deaf, hang, flood, shout, ask_for_more };
constexpr auto setting_names(Does) {
  return std::array{gatepost::Choice{"work", Does::work},   gatepost::Choice{"crash", Does::crash},
                    gatepost::Choice{"leak", Does::leak},   gatepost::Choice{"be_deaf", Does::be_deaf},
                    gatepost::Choice{"hang", Does::hang},   gatepost::Choice{"flood", Does::flood},
                    gatepost::Choice{"shout", Does::shout}, gatepost::Choice{"ask_for_more", Does::ask_for_more}};
}

struct Settings {
  Does does = Does::work;
  std::filesystem::path file;
  std::string token;
};

class BadService final : public gatepost::Service {
 public:
  static constexpr std::array<const char*, 2> asks{"status", "follow"};
  static constexpr std::chrono::seconds signs_of_life_within{2};

  explicit BadService(Settings settings) : settings_(std::move(settings)) {}

  Result<void> run(ServiceHost& host, std::stop_token stop) override {
    const std::jthread alive([&](const std::stop_token& ended) {
      while (settings_.does != Does::hang && !ended.stop_requested()) {
        host.is_alive();
        pause(ended, std::chrono::milliseconds(300));
      }
    });
    switch (settings_.does) {
      case Does::work:
        return work(host, stop);
      case Does::crash:
        std::raise(SIGSEGV);
        break;
      case Does::leak:
        for (;;) std::fill_n(leaked_.emplace_back(std::make_unique<char[]>(1 << 20)).get(), 1 << 20, 'x');
      case Does::flood:
        while (!stop.stop_requested())
          if (host.ask("status")) ++answered_;
        say("answered " + std::to_string(answered_));
        break;
      case Does::shout:
        while (!stop.stop_requested()) host.log(gatepost::Severity::info, "shout", "again");
        break;
      case Does::ask_for_more: {
        const auto answer = host.ask("reload");
        say(answer ? "was answered" : to_line(answer.error()));
        break;
      }
      case Does::be_deaf:
      case Does::hang:
        say("hangs");
        pause({}, std::chrono::hours(1));
        break;
    }
    pause(stop, std::chrono::hours(1));
    return {};
  }

 private:
  Result<void> work(ServiceHost& host, const std::stop_token& stop) {
    const auto status = host.ask("status");
    if (!status) return status.error();
    const auto folder = host.data_folder();
    say("token " + settings_.token + " folder " + (folder ? folder->filename().string() : "none") + " " + *status);
    host.alarm_begins("sees_a_problem", Error{"it is dark", "the hall", "light a lamp"});
    return host.follow("follow", "{}", stop, [&](std::string_view line) {
      say(std::string(line));
      return true;
    });
  }
  static void pause(const std::stop_token& stop, std::chrono::milliseconds time) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any().wait_for(lock, stop, time, [] { return false; });
  }
  void say(const std::string& line) const { std::ofstream(settings_.file, std::ios::app) << line << std::endl; }

  const Settings settings_;
  std::vector<std::unique_ptr<char[]>> leaked_;
  std::uint64_t answered_ = 0;
};

constexpr auto table = gatepost::settings(gatepost::field("does", &Settings::does, "what it does"),
                                          gatepost::field("file", &Settings::file, "where it says so").required(),
                                          gatepost::field("token", &Settings::token, "which it repeats").secret());

}  // namespace

GATEPOST_SERVICE("bad_service", "a service that works, or fails in a way of your choice", table, BadService)
