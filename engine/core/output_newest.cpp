// A machine that was put back whole, journal, marks and all, does not know it. Its outputs do: they hold Records that
// the journal has not, or has others in the place of.
#include <limits>
#include <utility>

#include "core/hooks.hpp"
#include "core/output.hpp"

namespace gatepost::core {
namespace {

/// Epochs begin at the second in which a journal does; a number far beyond is nobody's.
constexpr std::uint64_t latest_epoch = 1ULL << 40U;

std::string name_of(const RecordId& id) { return std::to_string(id.epoch) + "/" + std::to_string(id.sequence); }

}  // namespace

// The journal is looked at once more before they are compared: it may have got on meanwhile.
void Output::handle(Newest&& event) {
  if (!answers(event.call) || stopping_) return;
  if (!event.held && !mutant(Mutant::newest_error_ignored)) {
    Error error = event.held.error();
    error.where = where(error.where);
    return set_back({std::move(error)});
  }
  if (event.held) held_ = *event.held;
  if (held_) return look(false);
  asks_ = false;
  look(false);
}

void Output::compare(const Held& held) {
  const RecordId& id = held.id;
  if (id.site != settings_.site || id.epoch > latest_epoch) {
    held_.reset();
    return set_back({{"says that it holds Record " + name_of(id) + " of checkpoint " + std::to_string(id.site), where(),
                      "see who else writes there: each checkpoint has a code of its own"}});
  }
  if (id.epoch < outlook_.epoch || id.sequence == 0) return hold_the_same();
  if (id.epoch > outlook_.epoch) return put_back(held, "which is of a later journal");
  if (id.sequence > outlook_.last) return put_back(held, "and the journal ends before it");
  if (id.sequence < outlook_.last && mutant(Mutant::held_less_is_put_back)) return put_back(held, "and no later one");
  if (held.hash == Held().hash) return hold_the_same();  // it cannot tell more than the number
  emit(Read{call(Step::comparing), From::records, outlook_.epoch, id.sequence - 1, outlook_.last, 1});
}

void Output::compared(const std::vector<Record>& rows) {
  const Held held = *held_;
  const bool is_kept = !rows.empty() && rows.front().id.sequence == held.id.sequence;
  if (is_kept && rows.front().hash != held.hash && !mutant(Mutant::held_hash_not_compared))
    return put_back(held, "and the journal has another one in its place", held.id.sequence);
  hold_the_same();
}

void Output::hold_the_same() {
  asks_ = false;
  held_.reset();
  look(false);
}

// Asked again once another journal has begun: until then nothing is delivered, so no number comes twice.
void Output::put_back(const Held& held, const char* which, std::uint64_t differs_at) {
  reached("a journal was put back");
  held_.reset();
  const Error error{"was put back from a copy: " + where() + " holds Record " + name_of(held.id) + ", " + which,
                    "the journal", "nothing is lost: a new journal begins; find out who put the machine back"};
  emit(ReportDamage{error, outlook_.epoch, held.id.epoch, differs_at});
  set_back({error});
}

}  // namespace gatepost::core
