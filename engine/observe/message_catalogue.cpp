#include "observe/message_catalogue.hpp"

#include <array>

namespace gatepost::observe {
namespace {

constexpr std::array engine_reasons{
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

}  // namespace

MessageCatalogue::MessageCatalogue(std::vector<std::string> languages) {
  speak(std::move(languages));
  add(engine_reasons);
}

void MessageCatalogue::speak(std::vector<std::string> languages) {
  auto spoken = std::make_shared<const std::vector<std::string>>(std::move(languages));
  const std::scoped_lock lock(mutex_);
  languages_ = std::move(spoken);
}

std::shared_ptr<const std::vector<std::string>> MessageCatalogue::languages() const {
  const std::scoped_lock lock(mutex_);
  return languages_;
}

void MessageCatalogue::add(std::span<const ReasonText> texts) {
  for (const auto& [code, language, text] : texts) texts_.try_emplace({code, language}, text);
}

std::string_view MessageCatalogue::text(std::string_view code, std::string_view language) const {
  auto found = texts_.find({std::string(code), std::string(language)});
  return found == texts_.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view MessageCatalogue::text(std::string_view code) const {
  const auto spoken = languages();
  for (const auto& language : *spoken)
    if (auto found = text(code, language); !found.empty()) return found;
  auto english = text(code, "en");
  return english.empty() ? code : english;
}

}  // namespace gatepost::observe
