// The product's journal as outputs see it.
#include <chrono>
#include <utility>

#include "checker.hpp"
#include "core/hooks.hpp"
#include "disk_journal.hpp"

namespace gatepost::simulation {

using namespace std::chrono_literals;

core::Output::Outlook DiskJournal::outlook(const std::string& output) const {
  const auto standing = journal_->standing(output);
  core::Output::Outlook outlook{standing.cursor.epoch, standing.cursor.sequence, standing.last, standing.letters,
                                standing.letters_asked};
  if (const auto& backlog = standing.backlog)
    outlook.backlog = {backlog->epoch, backlog->sequence, backlog->last, backlog->file.filename().string()};
  return outlook;
}

core::Output::Rows DiskJournal::read(const std::string& output, const core::Output::Read& call) {
  core::Output::Rows rows = read_rows(output, call);
  look_at_power();
  return rows;
}

core::Output::Rows DiskJournal::read_rows(const std::string& output, const core::Output::Read& call) {
  using From = core::Output::From;
  if (call.from == From::backlog) return read_backlog(output, call);
  if (auto opened = open_reader(output, call.epoch); !opened) return {call.id, opened.error()};
  journal::Reader& reader = readers_.at(output);
  auto records = std::make_shared<std::vector<Record>>();
  if (call.from == From::letters) {
    auto letter = reader.asked_letter(output);
    if (!letter) return {call.id, letter.error(), reader.health().spoilt};
    if (*letter) records->push_back(std::move((*letter)->record));
  } else {
    auto rows = reader.after(call.after, call.limit, call.up_to);
    if (!rows) return {call.id, rows.error(), reader.health().spoilt};
    *records = std::move(*rows);
  }
  return {call.id, core::Output::Batch(std::move(records))};
}

Result<void> DiskJournal::open_reader(const std::string& output, std::uint64_t epoch) {
  const auto known = readers_.find(output);
  if (known != readers_.end() && known->second.identity().epoch == epoch) return {};
  readers_.erase(output);
  auto reader = journal::Reader::open(journal_->file(), machine_.port);
  if (!reader) return reader.error();
  if (reader->identity().epoch != epoch)
    return Error{"is being begun anew", journal_->file().string(), "it is read once that is done"};
  readers_.emplace(output, std::move(*reader));
  return {};
}

core::Output::Rows DiskJournal::read_backlog(const std::string& output, const core::Output::Read& call) {
  const auto backlog = journal_->standing(output).backlog;
  if (!backlog || backlog->epoch != call.epoch)
    return {call.id, Error{"is done already", journal_->file().string(), "nothing"}};
  auto damaged = journal::DamagedJournal::open(backlog->file, machine_.port);
  if (!damaged) return {call.id, damaged.error()};
  auto found = damaged->after(call.after, call.up_to, call.limit);
  if (!found) return {call.id, found.error()};
  return {call.id, std::make_shared<const std::vector<Record>>(std::move(found->records)), false, found->up_to,
          found->lost};
}

void DiskJournal::move_cursor(const std::string& output, const core::Output::MoveCursor& move) {
  journal_->move_cursor(output, move.sequence, move.epoch);
  wake_keeper(1s);
}

void DiskJournal::move_backlog(const std::string& output, const core::Output::MoveBacklog& move) {
  journal_->move_arrear(output, move.epoch, move.sequence, move.lost);
  wake_keeper(1us);
}

void DiskJournal::report_damage(const std::string& output, const core::Output::ReportDamage& report) {
  if (!was_put_back_)
    throw Violation{"9 noticed", "damage is reported of a journal that has none: " + to_line(report.what)};
  core::reached("a journal was set aside");
  journal_->report_damage(report.what, report.epoch, journal::Holder{output, report.held_epoch, report.differs_at});
  wake_keeper(1us);
}

Result<void> DiskJournal::park(const std::string& output, const Record& record, const std::string& why) {
  auto kept = journal_->park(output, record, why);
  look_at_power();
  return kept;
}

Result<void> DiskJournal::acknowledge(const std::string& output, std::uint64_t sequence) {
  auto kept = journal_->settle(output, sequence);
  look_at_power();
  return kept;
}

void DiskJournal::resend(const std::string& output) {
  static_cast<void>(journal_->letters(journal::DeadLetterAction::resend, {output, {}}));
  look_at_power();
  if (changed) changed();
}

}  // namespace gatepost::simulation
