#include "api/scan_rate.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <gatepost/support/rfc3339.hpp>

namespace gatepost::api {
namespace {

using namespace std::chrono_literals;
using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::int64_t hours_of_week = 7 * 24;
constexpr double fewest_missed = 5;       // so many usual scans that do not come are no chance
constexpr double fewest_to_compare = 20;  // of a day

std::int64_t hour_of(WallTime time) { return std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count(); }

WallTime time_of(std::int64_t hour) { return WallTime(std::chrono::hours(hour)); }

}  // namespace

std::string_view to_word(ScanRate::Presence presence) {
  constexpr std::array words{"earnest", "slow", "quiet", "unplugged", "silent", "unknown"};
  return words.at(static_cast<std::size_t>(presence));
}

ScanRate::ScanRate(WallTime now) : now_(now) {}

void ScanRate::add(const Record& record) {
  if (record.kind == RecordKind::device) {
    if (record.reason == "up") devices_[record.device].reset();
    if (record.reason == "down") devices_[record.device] = record.wall;
  }
  if (record.clock.source == ClockSource::unset || record.wall > now_) return;
  if (!first_) first_ = record.wall;
  if (record.kind != RecordKind::attempt || record.reason == "button") return;
  ++hours_[hour_of(record.wall)];
  if (record.wall > now_ - 24h) of_day_.push_back(record.wall);
  last_ = last_ ? std::max(*last_, record.wall) : record.wall;
}

// The median of the same hour of each week that the Records cover.
std::optional<double> ScanRate::usual_at(std::int64_t hour) const {
  std::vector<double> counts;
  for (int week = 1; week <= weeks; ++week) {
    const std::int64_t then = hour - week * hours_of_week;
    if (!first_ || time_of(then) < *first_) break;
    const auto found = hours_.find(then);
    counts.push_back(found == hours_.end() ? 0 : static_cast<double>(found->second));
  }
  if (counts.empty()) return {};
  std::ranges::sort(counts);
  const std::size_t middle = counts.size() / 2;
  return counts.size() % 2 == 1 ? counts[middle] : (counts[middle - 1] + counts[middle]) / 2;
}

// Each hour by the part of it that lies between them.
double ScanRate::usual_between(WallTime from, WallTime until) const {
  double usual = 0;
  for (std::int64_t hour = hour_of(from); time_of(hour) < until; ++hour) {
    const auto begin = std::max(from, time_of(hour)), end = std::min(until, time_of(hour + 1));
    usual += usual_at(hour).value_or(0) * std::chrono::duration<double, std::ratio<3600>>(end - begin).count();
  }
  return usual;
}

// Scans come in crowds, at the beginning of a shift say: only an hour that lies between them as a whole tells anything.
double ScanRate::missed_between(WallTime from, WallTime until) const {
  double missed = 0;
  for (std::int64_t hour = hour_of(from) + 1; time_of(hour + 1) <= until; ++hour) missed += usual_at(hour).value_or(0);
  return missed;
}

std::uint64_t ScanRate::scans_of_day() const { return of_day_.size(); }

std::optional<double> ScanRate::usual_of_day() const {
  if (!usual_at(hour_of(now_ - 24h) + 1)) return {};
  return usual_between(now_ - 24h, now_);
}

std::vector<ScanRate::Gap> ScanRate::gaps() const {
  std::vector<Gap> found;
  auto scans = of_day_;
  std::ranges::sort(scans);
  scans.push_back(now_);
  WallTime from = now_ - 24h;
  for (const WallTime scan : scans) {
    if (const double usual = missed_between(from, scan); usual >= fewest_missed) found.push_back({from, scan, usual});
    from = scan;
  }
  return found;
}

ScanRate::Presence ScanRate::presence() const {
  const auto is_down = [](const auto& device) { return device.second.has_value(); };
  if (!devices_.empty() && std::ranges::all_of(devices_, is_down)) return Presence::unplugged;
  if (!last_) return Presence::silent;
  const auto usual = usual_of_day();
  if (!usual) return Presence::unknown;
  if (missed_between(std::max(*last_, now_ - 24h), now_) >= fewest_missed) return Presence::quiet;
  if (*usual >= fewest_to_compare && static_cast<double>(scans_of_day()) * 4 < *usual) return Presence::slow;
  return Presence::earnest;
}

object ScanRate::json() const {
  array told_gaps, down;
  for (const auto& gap : gaps())
    told_gaps.push_back(
        object{{"from", support::rfc3339(gap.from)}, {"until", support::rfc3339(gap.until)}, {"usual", gap.usual}});
  for (const auto& [device, since] : devices_)
    if (since) down.push_back(object{{"device", device}, {"since", support::rfc3339(*since)}});
  const auto usual = usual_of_day();
  return {{"presence", to_word(presence())}, {"last_scan", last_ ? value(support::rfc3339(*last_)) : value()},
          {"scans", scans_of_day()},         {"usual", usual ? value(*usual) : value()},
          {"gaps", std::move(told_gaps)},    {"down", std::move(down)}};
}

}  // namespace gatepost::api
