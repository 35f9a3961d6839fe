#include "trial/site_engine.hpp"

#include <boost/json/parse.hpp>
#include <csignal>
#include <sstream>

#include "world/guards.hpp"
#include "world/places.hpp"

namespace gatepost::lab {
namespace {

using namespace std::chrono_literals;

constexpr auto start_patience = 60s;  // an emulated machine is slow

std::string word(const boost::json::object& row, std::string_view key) {
  const auto* value = row.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Row row_of(const boost::json::object& record) {
  Row row{word(record, "kind"),
          word(record, "reason"),
          word(record, "device"),
          word(record, "lane"),
          word(record, "outcome"),
          word(record, "subject"),
          {},
          std::stoll(word(record, "at_ns"))};
  for (const auto& [key, value] : record.at("details").as_object())
    if (value.is_string()) row.detail = value.get_string();
  return row;
}

}  // namespace

SiteEngine::SiteEngine(std::filesystem::path file)
    : file_(std::move(file)),
      engine_(std::make_unique<world::Process>(std::vector{world::command(), std::string("run"), file_.string()},
                                               disk_ / "engine")) {}

SiteEngine::~SiteEngine() {
  engine_->send(SIGTERM);
  if (!engine_->ends(10s)) engine_->send(SIGKILL);
}

bool SiteEngine::ready() {
  if (!engine_->says("ready in", start_patience)) return false;
  follower_ = std::make_unique<world::Process>(
      std::vector<std::string>{world::command(), "records", file_.string(), "--json", "--follow", "--limit", "0"},
      disk_ / "records");
  return true;
}

std::vector<Row> SiteEngine::rows() const {
  std::vector<Row> all;
  const auto text = follower_->output();
  std::istringstream lines(text.substr(0, text.rfind('\n') + 1));  // the last line may be half written
  for (std::string line; std::getline(lines, line);) all.push_back(row_of(boost::json::parse(line).as_object()));
  return all;
}

std::optional<Row> SiteEngine::next(std::size_t from, const Fits& fits, std::chrono::milliseconds patience) const {
  std::optional<Row> found;
  std::size_t looked_at = 0;
  world::soon(
      [&] {
        const auto size = follower_->output().size();
        if (std::exchange(looked_at, size) == size) return false;
        const auto all = rows();
        for (std::size_t i = from; i < all.size() && !found; ++i)
          if (fits(all[i])) found = all[i];
        return found.has_value();
      },
      patience);
  return found;
}

}  // namespace gatepost::lab
