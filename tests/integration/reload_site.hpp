// A site of two lanes, run by the real command, whose file is written again while it runs.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "world/command.hpp"
#include "world/pty.hpp"

namespace gatepost {

class ReloadSite {
 public:
  ReloadSite() {
    disk().write("people.csv", "subject,name\nE000001,Lan\n");
    std::filesystem::create_directories(disk() / "frames");
    write("gun");
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::string file() const { return (disk() / "site.yaml").string(); }
  world::Pty& entry_gun() { return entry_gun_; }
  world::Pty& exit_gun() { return exit_gun_; }

  /// The site with the entry lane's device and one more setting as given.
  std::string text(const std::string& entry, const std::string& repeat = "0s") const {
    return "site: { name: Cầu Bắc, code: 4017 }\n"
           "journal: { file: journal.db }\n"
           "devices:\n" +
           device(entry) + "  exit_gun: { plugin: serial, lines: many, device: 'serial:" + exit_gun_.name() +
           "' }\n"
           "credentials: { card: { plugin: pattern, match: '(?P<subject>[EX][0-9]{6})' } }\n"
           "policies: { list: { plugin: roster, file: people.csv } }\n"
           "outputs: { store: { plugin: local_store, file: store.db } }\n"
           "lanes:\n"
           "  entry: { inputs: { entry_device: in }, credentials: [card], policies: [list], repeat_within: " +
           repeat +
           " }\n"
           "  exit: { inputs: { exit_gun: out }, credentials: [card], policies: [list], repeat_within: 0s, "
           "denied_at_most: none }\n";
  }
  void write(const std::string& entry, const std::string& repeat = "0s") { put(text(entry, repeat)); }
  /// At once, as an editor that renames does.
  void put(const std::string& content) {
    disk().write("new.yaml", content);
    std::filesystem::rename(disk() / "new.yaml", disk() / "site.yaml");
  }

  std::unique_ptr<world::Process> run() {
    auto engine = shell_.start({"run", file()});
    EXPECT_TRUE(engine->says("ready in")) << engine->output();
    EXPECT_TRUE(engine->says("exit_gun up")) << engine->output();
    EXPECT_TRUE(engine->says("entry_device up")) << engine->output();
    return engine;
  }

  world::Said say(const std::string& command, const std::vector<std::string>& options = {}) {
    std::vector<std::string> words{command, file()};
    words.insert(words.end(), options.begin(), options.end());
    return shell_.say(words);
  }
  world::Said reload() { return say("reload"); }

 private:
  std::string device(const std::string& entry) const {
    if (entry == "gun")
      return "  entry_device: { plugin: serial, lines: many, device: 'serial:" + entry_gun_.name() + "' }\n";
    if (entry == "fast gun")
      return "  entry_device: { plugin: serial, lines: many, device: 'serial:" + entry_gun_.name() +
             "?baud=115200' }\n";
    if (entry == "camera")
      return "  entry_device: { plugin: uvc_camera, device: 'sim:frames/frames?fps=5&repeat=yes' }\n";
    return "  entry_device: { plugin: serial, lines: many, device: 'serial:" + entry + "' }\n";
  }

  world::Shell shell_;
  world::Pty entry_gun_, exit_gun_;
};

/// The open files of a process: number ▶ what it leads to.
inline std::map<int, std::string> descriptors(pid_t process) {
  std::map<int, std::string> all;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", failure)) {
    const auto target = std::filesystem::read_symlink(entry.path(), failure);
    if (!failure) all[std::stoi(entry.path().filename().string())] = target.string();
  }
  return all;
}

inline std::size_t threads(pid_t process) {
  std::error_code failure;
  std::size_t count = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task", failure)) {
    static_cast<void>(task);
    ++count;
  }
  return count;
}

}  // namespace gatepost
