#include "config/reasons.hpp"

#include <algorithm>

namespace gatepost::config {
namespace {

constexpr std::array own{
    ReasonText{"granted", "en", "You may pass"},
    ReasonText{"granted", "vi", "Mời qua"},
    ReasonText{"read", "en", "Read"},
    ReasonText{"read", "vi", "Đã đọc"},
    ReasonText{"no_policy", "en", "This lane has no rule that lets anybody pass"},
    ReasonText{"no_policy", "vi", "Làn này chưa có quy tắc cho qua"},
    ReasonText{"unknown_code", "en", "Unknown code"},
    ReasonText{"unknown_code", "vi", "Mã không rõ"},
    ReasonText{"not_genuine", "en", "This code is not genuine"},
    ReasonText{"not_genuine", "vi", "Mã không hợp lệ"},
    ReasonText{"not_verified", "en", "This lane takes only codes that can be proved genuine"},
    ReasonText{"not_verified", "vi", "Làn này chỉ nhận mã xác thực được"},
    ReasonText{"damaged", "en", "Read in part only: please scan again"},
    ReasonText{"damaged", "vi", "Đọc chưa đủ: xin quét lại"},
    ReasonText{"busy", "en", "Please wait until the gate is free"},
    ReasonText{"busy", "vi", "Xin chờ cổng trống"},
    ReasonText{"gate_not_ready", "en", "The gate is out of order"},
    ReasonText{"gate_not_ready", "vi", "Cổng đang hỏng"},
    ReasonText{"policy_failed", "en", "It cannot be checked now"},
    ReasonText{"policy_failed", "vi", "Hiện không kiểm tra được"},
    ReasonText{"policy_timeout", "en", "The check took too long"},
    ReasonText{"policy_timeout", "vi", "Kiểm tra quá lâu"},
    ReasonText{"format_failed", "en", "The code cannot be read now"},
    ReasonText{"format_failed", "vi", "Hiện không đọc được mã"},
    ReasonText{"not_recorded", "en", "It cannot be recorded, so the gate stays shut"},
    ReasonText{"not_recorded", "vi", "Không ghi được nên cổng đóng"},
    ReasonText{"journal_slow", "en", "It cannot be recorded in time, so the gate stays shut"},
    ReasonText{"journal_slow", "vi", "Ghi quá chậm nên cổng đóng"},
    ReasonText{"late", "en", "This scan waited too long: please scan again"},
    ReasonText{"late", "vi", "Lần quét này chờ quá lâu: xin quét lại"},
    ReasonText{"say_direction", "en", "In or out? Please scan the posted code of your direction"},
    ReasonText{"say_direction", "vi", "Vào hay ra? Xin quét mã chiều đi treo bên cạnh"},
    ReasonText{"direction_in", "en", "In: please scan your code"},
    ReasonText{"direction_in", "vi", "Chiều vào: mời quét mã của bạn"},
    ReasonText{"direction_out", "en", "Out: please scan your code"},
    ReasonText{"direction_out", "vi", "Chiều ra: mời quét mã của bạn"},
    ReasonText{"direction_not_said", "en", "Nobody said whether in or out: please scan again"},
    ReasonText{"direction_not_said", "vi", "Chưa chọn vào hay ra: xin quét lại"},
    ReasonText{"expired", "en", "No longer valid"},
    ReasonText{"expired", "vi", "Đã hết hạn"},
    ReasonText{"not_yet_valid", "en", "Not valid yet"},
    ReasonText{"not_yet_valid", "vi", "Chưa đến ngày có hiệu lực"},
    ReasonText{"clock_unset", "en", "It cannot be told whether this is still valid: the machine's clock is not set"},
    ReasonText{"clock_unset", "vi", "Đồng hồ máy chưa đặt nên không biết còn hiệu lực hay không"},
    ReasonText{"actuator_failed", "en", "The gate did not open: please call somebody"},
    ReasonText{"actuator_failed", "vi", "Cổng không mở: xin gọi nhân viên"},
    ReasonText{"button", "en", "Let through by the button"},
    ReasonText{"button", "vi", "Cho qua bằng nút bấm"},
    ReasonText{"fail_open", "en", "Let through although a check failed, as this lane is set"},
    ReasonText{"fail_open", "vi", "Cho qua dù kiểm tra lỗi, theo thiết lập của làn"},
};

void add_once(std::vector<std::string>& words, std::string_view word) {
  if (std::ranges::find(words, word) == words.end()) words.emplace_back(word);
}

void add(std::span<const ReasonText> texts, std::string_view plugin, std::vector<Reason>& reasons) {
  for (const auto& [code, language, text] : texts) {
    auto found = std::ranges::find(reasons, std::string_view(code), &Reason::code);
    if (found == reasons.end()) found = reasons.insert(reasons.end(), {.code = code, .plugin = std::string(plugin)});
    add_once(found->languages, language);
    if (std::string_view(language) == "en") add_once(found->english, text);
  }
}

}  // namespace

std::span<const ReasonText> engine_reasons() { return own; }

bool Reason::is_told_in(std::string_view language) const {
  return std::ranges::find(languages, language) != languages.end();
}

std::vector<Reason> reasons_of(std::span<const Descriptor* const> plugins) {
  std::vector<Reason> reasons;
  add(own, {}, reasons);
  for (const Descriptor* plugin : plugins) add({plugin->reasons, plugin->reason_count}, plugin->name, reasons);
  return reasons;
}

std::vector<const Descriptor*> descriptors_of(const plugin::Catalogue& catalogue) {
  std::vector<const Descriptor*> all;
  for (const auto& plugin : catalogue.plugins()) all.push_back(plugin.descriptor);
  return all;
}

}  // namespace gatepost::config
