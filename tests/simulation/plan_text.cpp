// A plan as text: a line a thing, KEY=VALUE apart by spaces.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <sstream>

#include "plan.hpp"

namespace gatepost::simulation {
namespace {

constexpr std::array fault_words{"freeze",         "sleep",
                                 "kill",           "stop",
                                 "reload",         "swap",
                                 "lane_gone",      "fire",
                                 "wall_leap",      "wall_unset",
                                 "disk_stall",     "disk_slow",
                                 "disk_fails",     "disk_doubt",
                                 "format_hangs",   "format_fails",
                                 "policy_hangs",   "policy_fails",
                                 "policy_twice",   "board_lost",
                                 "board_mute",     "board_deaf",
                                 "board_slow",     "board_hangs",
                                 "board_refuses",  "board_reboots",
                                 "board_stays_on", "look",
                                 "passage_hangs",  "passage_fails",
                                 "sensor_stuck",   "sensor_early",
                                 "power_cut",      "copy",
                                 "put_back",       "output_slow",
                                 "output_hangs",   "output_fails",
                                 "output_gone",    "output_busy",
                                 "output_refuses", "output_refuses_all",
                                 "output_mute",    "output_part",
                                 "output_forgets", "network_changes",
                                 "letters_resent", "guard_killed",
                                 "guard_freezes",  "board_freezes",
                                 "board_switched"};
static_assert(fault_words.size() == fault_kinds);
constexpr std::array card_words{"good",        "limited", "not_listed", "expired", "not_yet_valid", "unknown_code",
                                "not_genuine", "damaged", "refused",    "member",  "once",          "direction"};
constexpr std::array wire_words{"none", "tcp", "rtu", "lcus"};
constexpr std::array board_words{"pulse", "guarded", "unguarded"};

std::string text_of(Duration time) {
  if (time.count() % 1'000'000'000 == 0) return std::to_string(time.count() / 1'000'000'000) + "s";
  if (time.count() % 1'000'000 == 0) return std::to_string(time.count() / 1'000'000) + "ms";
  if (time.count() % 1'000 == 0) return std::to_string(time.count() / 1'000) + "us";
  return std::to_string(time.count()) + "ns";
}

std::optional<Duration> time_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return {};
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "ms") return std::chrono::milliseconds(number);
  if (unit == "us") return std::chrono::microseconds(number);
  if (unit == "ns") return std::chrono::nanoseconds(number);
  return {};
}

template <class Enum, std::size_t N>
std::optional<Enum> of_word(const std::array<const char*, N>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return {};
  return static_cast<Enum>(found - words.begin());
}

// The words of one line. What nobody asked for is an error.
class Line {
 public:
  explicit Line(const std::string& line) {
    std::istringstream in(line);
    in >> first;
    for (std::string word; in >> word;) {
      const auto equals = word.find('=');
      values_[word.substr(0, equals)] = equals == std::string::npos ? "1" : word.substr(equals + 1);
    }
  }
  bool take(const std::string& key, Duration& into) {
    return read(key, [&](const std::string& text) {
      const auto time = time_of(text);
      if (time) into = *time;
      return time.has_value();
    });
  }
  template <class Int>
  requires std::is_integral_v<Int>
  bool take(const std::string& key, Int& into) {
    return read(key, [&](const std::string& text) {
      std::uint64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      into = static_cast<Int>(number);
      return error == std::errc() && end == text.data() + text.size();
    });
  }
  template <class Enum, std::size_t N>
  bool take(const std::string& key, Enum& into, const std::array<const char*, N>& words) {
    return read(key, [&](const std::string& text) {
      const auto value = of_word<Enum>(words, text);
      if (value) into = *value;
      return value.has_value();
    });
  }
  std::string word(const std::string& key) {
    const auto found = values_.find(key);
    if (found == values_.end()) return {};
    return values_.extract(found).mapped();
  }
  bool is_used_up() const { return good_ && values_.empty(); }

  std::string first;

 private:
  template <class F>
  bool read(const std::string& key, F parse) {
    const auto found = values_.find(key);
    if (found == values_.end()) return false;
    if (!parse(found->second)) good_ = false;
    values_.erase(found);
    return true;
  }
  std::map<std::string, std::string> values_;
  bool good_ = true;
};

LanePlan lane_of(Line& line) {
  LanePlan lane;
  line.take("fail_open", lane.fail_open);
  line.take("output", lane.output);
  line.take("formats", lane.formats);
  line.take("policies", lane.policies);
  line.take("repeat", lane.repeat);
  line.take("policy_timeout", lane.policy_timeout);
  line.take("record_deadline", lane.record_deadline);
  line.take("actuator_deadline", lane.actuator_deadline);
  line.take("board", lane.board, board_words);
  line.take("pulse", lane.pulse);
  line.take("passage", lane.passage);
  line.take("again", lane.again);
  line.take("timeout", lane.timeout);
  line.take("sensor", lane.sensor);
  line.take("wire", lane.wire, wire_words);
  line.take("clients", lane.clients);
  line.take("forgets", lane.forgets);
  line.take("look", lane.look);
  line.take("ask", lane.ask);
  line.take("stays", lane.stays);
  return lane;
}

OutputPlan output_of(Line& line) {
  OutputPlan output;
  line.take("tells", output.tells);
  line.take("batch", output.batch);
  line.take("refusals", output.refusals);
  line.take("in_a_row", output.in_a_row);
  line.take("most_letters", output.most_letters);
  line.take("alarm", output.alarm);
  line.take("on_their_way", output.on_their_way);
  return output;
}

Act act_of(Line& line) {
  Act act;
  act.press = line.first == "press";
  line.take("at", act.at);
  line.take("lane", act.lane);
  line.take("card", act.card, card_words);
  line.take("person", act.person);
  line.take("out", act.out);
  line.take("held", act.held);
  if (Duration passes{}; line.take("passes", passes)) act.passes = passes;
  return act;
}

std::optional<Fault> fault_of(Line& line) {
  Fault fault;
  const auto kind = of_word<FaultKind>(fault_words, line.word("kind"));
  if (!kind) return {};
  fault.kind = *kind;
  line.take("lane", fault.lane);
  line.take("at", fault.at);
  if (line.take("before", fault.effect)) fault.after = false;
  if (line.take("after", fault.effect)) fault.after = true;
  line.take("for", fault.length);
  line.take("value", fault.value);
  return fault;
}

std::string text_of(const LanePlan& lane) {
  return "lane fail_open=" + std::to_string(lane.fail_open) + " output=" + std::to_string(lane.output) +
         " formats=" + std::to_string(lane.formats) + " policies=" + std::to_string(lane.policies) +
         " repeat=" + text_of(lane.repeat) + " policy_timeout=" + text_of(lane.policy_timeout) +
         " record_deadline=" + text_of(lane.record_deadline) + " actuator_deadline=" + text_of(lane.actuator_deadline) +
         " board=" + board_words.at(static_cast<std::size_t>(lane.board)) + " pulse=" + text_of(lane.pulse) +
         " passage=" + text_of(lane.passage) + " again=" + text_of(lane.again) + " timeout=" + text_of(lane.timeout) +
         " sensor=" + std::to_string(lane.sensor) +
         (lane.wire == WireKind::none ? ""
                                      : std::string(" wire=") + wire_words.at(static_cast<std::size_t>(lane.wire))) +
         (lane.forgets == Duration{}
              ? ""
              : " clients=" + std::to_string(lane.clients) + " forgets=" + text_of(lane.forgets)) +
         (lane.look == Duration{} ? "" : " look=" + text_of(lane.look)) +
         (lane.ask == Duration{} ? "" : " ask=" + text_of(lane.ask) + " stays=" + text_of(lane.stays)) + "\n";
}

std::string text_of(const OutputPlan& output) {
  return "output tells=" + std::to_string(output.tells) + " batch=" + std::to_string(output.batch) +
         " refusals=" + std::to_string(output.refusals) + " in_a_row=" + std::to_string(output.in_a_row) +
         " most_letters=" + std::to_string(output.most_letters) + " alarm=" + text_of(output.alarm) +
         (output.on_their_way == 0 ? "" : " on_their_way=" + std::to_string(output.on_their_way)) + "\n";
}

std::string text_of(const Act& act) {
  std::string text = (act.press ? "press at=" : "scan at=") + text_of(act.at) + " lane=" + std::to_string(act.lane);
  if (!act.press)
    text += " card=" + std::string(to_word(act.card)) + " person=" + std::to_string(act.person) +
            (act.out ? " out=1" : "") + " held=" + text_of(act.held);
  if (act.passes) text += " passes=" + text_of(*act.passes);
  return text + "\n";
}

std::string text_of(const Fault& fault) {
  std::string text = "fault kind=" + std::string(to_word(fault.kind)) + " lane=" + std::to_string(fault.lane);
  if (fault.effect > 0)
    text += (fault.after ? " after=" : " before=") + std::to_string(fault.effect);
  else
    text += " at=" + text_of(fault.at);
  return text + " for=" + text_of(fault.length) + " value=" + std::to_string(fault.value) + "\n";
}

}  // namespace

std::string_view to_word(FaultKind kind) { return fault_words.at(static_cast<std::size_t>(kind)); }
std::string_view to_word(Card card) { return card_words.at(static_cast<std::size_t>(card)); }

std::string to_text(const Plan& plan) {
  std::string text = "why " + plan.why + "\n";
  if (!plan.mutant.empty()) text += "red mutant=" + plan.mutant + " invariant=" + plan.invariant + "\n";
  text +=
      "run seed=" + std::to_string(plan.seed) + " for=" + text_of(plan.length) + (plan.disk ? " disk=1" : "") + "\n";
  for (const auto& lane : plan.lanes) text += text_of(lane);
  for (const auto& output : plan.outputs) text += text_of(output);
  for (const auto& act : plan.people) text += text_of(act);
  for (const auto& fault : plan.faults) text += text_of(fault);
  return text;
}

Result<Plan> parse_plan(std::string_view text, const std::string& name) {
  Plan plan;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto wrong = [&] {
      return Error{"invalid line: " + line, name + ":" + std::to_string(number), "see the plans that are kept"};
    };
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("why")) {
      plan.why = line.substr(std::min<std::size_t>(line.size(), 4));
      continue;
    }
    Line words(line);
    if (words.first == "red") {
      plan.mutant = words.word("mutant");
      plan.invariant = words.word("invariant");
    } else if (words.first == "run") {
      words.take("seed", plan.seed);
      words.take("for", plan.length);
      words.take("disk", plan.disk);
    } else if (words.first == "lane") {
      plan.lanes.push_back(lane_of(words));
    } else if (words.first == "output") {
      plan.outputs.push_back(output_of(words));
    } else if (words.first == "scan" || words.first == "press") {
      plan.people.push_back(act_of(words));
    } else if (words.first == "fault") {
      const auto fault = fault_of(words);
      if (!fault) return wrong();
      plan.faults.push_back(*fault);
    } else {
      return wrong();
    }
    if (!words.is_used_up()) return wrong();
  }
  const auto has_lane = [&](const auto& one) {
    return one.lane >= 0 && static_cast<std::size_t>(one.lane) < plan.lanes.size();
  };
  const auto has_target = [&](const Fault& fault) {
    return is_of_output(fault.kind) ? fault.lane >= 0 && static_cast<std::size_t>(fault.lane) < plan.outputs.size()
                                    : has_lane(fault);
  };
  if (plan.lanes.empty() || !std::ranges::all_of(plan.people, has_lane) ||
      !std::ranges::all_of(plan.faults, has_target))
    return Error{"a lane or an output is named that is not there", name, "write a line `lane` or `output` for each"};
  return plan;
}

}  // namespace gatepost::simulation
