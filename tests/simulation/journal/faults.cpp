// What is done to the journal's disk and files.
#include <algorithm>

#include "simulation/journal/world.hpp"

namespace gatepost::simulation {
namespace {}  // namespace

void World::arm(Answer answer, std::optional<CallKind> kind, std::uint64_t from, std::uint64_t length) {
  armed_.push_back({answer, kind, calls() + from, calls() + from + length});
}

void World::fault(Fault fault, Random& draws) {
  note("fault: " + std::string(to_word(fault)));
  if (!simulation::is_honest(fault)) has_lied_ = is_meddled_with_ = true;
  reach("fault " + std::string(to_word(fault)));
  const std::uint64_t soon = draws.between(1, 80);
  const std::uint64_t length = draws.one_in(2) ? 1 : draws.between(2, 60);
  switch (fault) {
    case Fault::kill:
      if (draws.one_in(2)) return go_down(false);
      return arm(Answer::kill, {}, soon, 1);
    case Fault::power_cut:
      if (draws.one_in(3)) return go_down(true);
      return arm(draws.one_in(2) ? Answer::power_cut : Answer::cut_within, {}, soon, 1);
    case Fault::cut_while_opening:
      return go_down(true);
    case Fault::disk_full:
      return arm(Answer::full, CallKind::write, soon, length);
    case Fault::io_error:
      return arm(Answer::io_error, {}, soon, length);
    case Fault::sync_fails:
      return arm(Answer::sync_fails, CallKind::sync, soon, length);
    case Fault::sync_lies:
      return arm(Answer::sync_lies, CallKind::sync, soon, 200);
    default:
      return meddle(fault, draws);
  }
}

void World::take_snapshot() {
  snapshot_.emplace();
  for (const auto& path : machine_.disk.paths())
    if (!path.ends_with("-shm")) (*snapshot_)[path] = machine_.disk.content(path);
}

// Somebody stops the engine, puts files back from an earlier moment, and starts it again.
void World::restore(Fault fault) {
  if (!snapshot_) {
    take_snapshot();
    note("a copy is made");
    return;
  }
  close();
  if (machine_.disk.is_down()) return;
  machine_.disk.settle();
  const std::string folder = folder_of(journal_file) + "/";
  for (const auto& path : machine_.disk.paths()) {
    const bool is_file = path == journal_file || path == std::string(journal_file) + "-wal";
    const bool in_folder = path.starts_with(folder);
    if (fault == Fault::restore_file ? is_file : fault == Fault::restore_folder ? in_folder : true)
      if (!snapshot_->contains(path)) machine_.disk.remove(path);
  }
  for (const auto& [path, bytes] : *snapshot_) {
    const bool is_file = path == journal_file || path == std::string(journal_file) + "-wal";
    if (fault == Fault::restore_file ? !is_file : fault == Fault::restore_folder && !path.starts_with(folder)) continue;
    machine_.disk.put(path, bytes);
  }
  machine_.disk.settle();
  snapshot_.reset();
}

// While the engine runs, or while it is stopped where it could not know of it.
void World::meddle(Fault fault, Random& draws) {
  const std::string wal = std::string(journal_file) + "-wal";
  const std::string victim = draws.one_in(2) ? journal_file : wal;
  const std::uint64_t size = machine_.disk.content(victim).size();
  switch (fault) {
    case Fault::restore_file:
    case Fault::restore_folder:
    case Fault::restore_all:
      return restore(fault);
    case Fault::bit_flip: {
      close();
      const auto paths = machine_.disk.paths();
      const auto& path = paths[draws.below(paths.size())];
      for (auto flips = draws.between(1, 4); flips > 0; --flips)
        machine_.disk.flip_bit(path, draws.below(machine_.disk.content(path).size()),
                               static_cast<unsigned>(draws.below(8)));
      return;
    }
    case Fault::unlink:
      machine_.disk.remove(victim);
      break;
    case Fault::cut_short:
      if (size > 0) machine_.disk.cut_short(victim, draws.below(size));
      break;
    case Fault::exchange: {
      const Bytes older =
          snapshot_ && snapshot_->contains(victim) ? snapshot_->at(victim) : machine_.disk.content(victim);
      machine_.disk.put(victim, older);
      break;
    }
    default:
      break;
  }
}

}  // namespace gatepost::simulation
