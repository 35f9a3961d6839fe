#include "message.hpp"

#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/record_json.hpp>
#include <gatepost/support/rfc3339.hpp>

namespace webhook {
namespace {

using gatepost::Record;
using gatepost::support::rfc3339;
using gatepost::support::to_text;
namespace json = boost::json;

// Valid UTF-8 whatever was scanned; a control is written \uXXXX.
std::string text_of(const Record& record) {
  return gatepost::support::printable_json(json::serialize(gatepost::support::json_of(record)));
}

std::string head_of(const gatepost::RecordId& first, const Record& last) {
  const std::string head = json::serialize(json::object{{"type", "gatepost.records"},
                                                        {"timestamp", rfc3339(last.wall)},
                                                        {"format", 1},
                                                        {"site", first.site},
                                                        {"epoch", first.epoch},
                                                        {"first", first.sequence},
                                                        {"last", last.id.sequence}});
  return head.substr(0, head.size() - 1) + R"(,"records":[)";
}

}  // namespace

Message message_of(std::span<const Record> records, std::size_t most_bytes) {
  constexpr std::size_t head_at_most = 512;
  std::string list;
  std::size_t count = 0;
  for (const Record& record : records) {
    const std::string next = text_of(record);
    if (count > 0 && head_at_most + list.size() + next.size() > most_bytes) break;
    if (count++ > 0) list += ",";
    list += next;
  }
  const Record& last = records[count - 1];
  return {"gatepost-" + to_text(records[0].id) + "-" + std::to_string(last.id.sequence),
          head_of(records[0].id, last) + list + "]}", count};
}

}  // namespace webhook
