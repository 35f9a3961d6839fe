// The plan made true: udevd, all that is plugged in, and the site file with the names that things have here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trial/thing.hpp"
#include "world/process.hpp"
#include "world/scratch.hpp"

namespace gatepost::lab {

class Workbench {
 public:
  /// Plugs in every part, each into the port that the site names where there is one of that name, and waits until
  /// udevd has given it its names. Aborts where this is not the lab's machine.
  explicit Workbench(Plan plan);
  ~Workbench();

  const Plan& plan() const { return plan_; }

  /// Null: nothing is plugged in there.
  Thing* thing(std::size_t part) { return things_[part].get(); }

  /// "keyboard gun 0c2e:0b61 at 1-1"; where the site names another port "…, for 1-1.2", and where it names none
  /// "…, chosen here".
  std::string played(std::size_t part);

  /// A contact that the site names closes, or opens. All of them are open at first.
  void contact(const Mention& mention, bool closed);

  /// The address by which the site finds in here what it names: the site's own, wherever the lab can give that name.
  hal::Address here(const Mention& mention);

 private:
  std::string thing_here(const Part& part, Thing& thing, const Place& place, const std::string& scheme) const;

  Plan plan_;
  world::Scratch disk_;
  world::Process udevd_;
  std::vector<std::unique_ptr<Thing>> things_;
};

}  // namespace gatepost::lab
