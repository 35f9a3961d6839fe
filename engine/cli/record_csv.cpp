#include "cli/record_csv.hpp"

#include <gatepost/support/printable.hpp>
#include <gatepost/support/record_json.hpp>
#include <string_view>

#include "cli/record_text.hpp"

namespace gatepost::cli {
namespace {

// A spreadsheet calculates what begins so, and a code is whatever somebody has printed: = + - @ and a tab or CR before
// them, which it skips. An apostrophe in front says that it is text.
bool could_be_a_formula(std::string_view cell) { return !cell.empty() && cell.find_first_of("=+-@\t\r") == 0; }

std::string in_quotes(std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(cell);
  std::string text = "\"";
  for (const char one : cell) text += one == '"' ? "\"\"" : std::string(1, one);
  return text + "\"";
}

/// Cells of a row, one after the other.
class Row {
 public:
  Row& add(std::string_view cell) {
    const std::string text = support::printable(cell, std::string::npos);
    text_ += (begun_ ? "," : "") + in_quotes((could_be_a_formula(cell) ? "'" : "") + text);
    begun_ = true;
    return *this;
  }
  Row& add(std::uint64_t number) { return add(std::string_view(std::to_string(number))); }
  std::string end() const { return text_ + "\r\n"; }

 private:
  std::string text_;
  bool begun_ = false;
};

std::string text_of(const std::map<std::string, std::string>& pairs) {
  std::string text;
  for (const auto& [key, value] : pairs) text.append(text.empty() ? "" : "; ").append(key).append("=").append(value);
  return text;
}

}  // namespace

std::string csv_header() {
  return "time,site,epoch,sequence,kind,lane,direction,device,outcome,reason,scheme,subject,verified,about,details,"
         "attributes\r\n";
}

std::string csv_row(const Record& record) {
  const bool is_attempt = record.kind == RecordKind::attempt;
  Row row;
  row.add(time_text(record.wall)).add(record.id.site).add(record.id.epoch).add(record.id.sequence);
  row.add(to_word(record.kind)).add(record.lane);
  row.add(support::has_direction(record.kind) ? to_word(record.direction) : "").add(record.device);
  row.add(support::has_outcome(record.kind) ? to_word(record.outcome) : "").add(record.reason);
  row.add(record.scheme).add(record.subject).add(is_attempt ? (record.verified ? "yes" : "no") : "");
  row.add(record.about == 0 ? std::string() : std::to_string(record.about)).add(text_of(record.details));
  row.add(text_of(record.attributes));
  return row.end();
}

}  // namespace gatepost::cli
