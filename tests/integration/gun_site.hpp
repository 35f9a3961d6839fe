// A site of one gun, a pattern, a roster and a store, run by the real command. The test is the gun.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "world/command.hpp"
#include "world/places.hpp"
#include "world/pty.hpp"

namespace gatepost {

class GunSite {
 public:
  /// `journal`: further settings of the journal, ", subjects: hash, hash_key: key". `plugins`: their folder.
  explicit GunSite(const std::string& journal = {}, const std::string& match = "(?P<subject>E[0-9]{6})",
                   std::string plugins = world::plugins_folder())
      : shell_(std::move(plugins)) {
    disk().write("people.csv", "subject,name\nE000001,Lan\nE000002,An\n");
    disk().write("site.yaml", "site: { name: Cầu Bắc, code: 4017 }\njournal: { file: journal.db" + journal +
                                  " }\n"
                                  "devices: { gun: { plugin: serial, lines: many, device: 'serial:" +
                                  gun_file().string() +
                                  "' } }\n"
                                  "credentials: { card: { plugin: pattern, match: '" +
                                  match +
                                  "' } }\n"
                                  "policies: { list: { plugin: roster, file: people.csv, show: [name] } }\n"
                                  "outputs: { store: { plugin: local_store, file: store.db } }\n"
                                  "lanes: { entry: { inputs: { gun: in }, credentials: [card], policies: [list], "
                                  "repeat_within: 0s, denied_at_most: none } }\n");
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::string file() const { return (disk() / "site.yaml").string(); }
  std::filesystem::path gun_file() const { return disk() / "gun"; }

  /// The gun's cable is put in: its name points at a new terminal.
  void plug() {
    gun_ = std::make_unique<world::Pty>();
    std::filesystem::create_symlink(gun_->name(), disk() / "new-gun");
    std::filesystem::rename(disk() / "new-gun", gun_file());
  }
  /// The cable is drawn: whoever has the line open sees it hang up.
  void unplug() {
    std::filesystem::remove(gun_file());
    gun_.reset();
  }
  void types(const std::string& bytes) { EXPECT_TRUE(gun_->write(bytes)); }
  void scan(const std::string& code) { EXPECT_TRUE(gun_->write(code + "\r")); }

  /// Starts the engine and waits until it is ready and listens to the gun.
  std::unique_ptr<world::Process> run(const std::filesystem::path& screen = {}) {
    auto engine = shell_.start({"run", file()}, screen);
    if (screen.empty()) {
      EXPECT_TRUE(engine->says("ready in")) << engine->output();
      // What is typed before it is open is no scan.
      EXPECT_TRUE(!gun_ || engine->says("gun up")) << engine->output();
    }
    return engine;
  }

  /// `gatepost COMMAND SITE OPTIONS…` to its end.
  world::Said say(const std::string& command, const std::vector<std::string>& options = {}) {
    return shell_.say(words(command, options));
  }
  std::unique_ptr<world::Process> start(const std::string& command, const std::vector<std::string>& options = {}) {
    return shell_.start(words(command, options));
  }

 private:
  std::vector<std::string> words(const std::string& command, const std::vector<std::string>& options) const {
    std::vector<std::string> all{command, file()};
    all.insert(all.end(), options.begin(), options.end());
    return all;
  }

  world::Shell shell_;
  std::unique_ptr<world::Pty> gun_;
};

}  // namespace gatepost
