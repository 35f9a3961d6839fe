// People who do not exist, as Vietnamese documents write them.
#pragma once

#include <rapidcheck.h>

#include <chrono>
#include <string>
#include <vector>

namespace gatepost::world {

/// Of one to five words, some with letters that other alphabets lack.
inline rc::Gen<std::string> any_name() {
  const auto word = rc::gen::elementOf(
      std::vector<std::string>{"Nguyễn", "Đỗ", "Thị", "Ữ", "Hoàng", "Ễnh", "Y-Bhiu", "H'Hen", "An", "Ẵng", "Mẫu"});
  return rc::gen::map(rc::gen::resize(4, rc::gen::pair(word, rc::gen::container<std::vector<std::string>>(word))),
                      [](const auto& words) {
                        std::string name = words.first;
                        for (const auto& next : words.second) name += " " + next;
                        return name;
                      });
}

/// Within the lives of people whom numbers can tell.
inline rc::Gen<std::chrono::year_month_day> any_day() {
  return rc::gen::map(rc::gen::inRange(-25'567, 47'482), [](int day) {  // 1900 to 2099
    return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(day)));
  });
}

/// `form` has Y, M and D where the numbers go: "D/M/Y".
inline std::string written(std::chrono::year_month_day day, const std::string& form) {
  const auto number = [](int value, std::size_t width) {
    const auto digits = std::to_string(value);
    return std::string(width - digits.size(), '0') + digits;
  };
  std::string text;
  for (const char c : form) {
    if (c == 'Y') text += number(static_cast<int>(day.year()), 4);
    if (c == 'M') text += number(static_cast<int>(static_cast<unsigned>(day.month())), 2);
    if (c == 'D') text += number(static_cast<int>(static_cast<unsigned>(day.day())), 2);
    if (c != 'Y' && c != 'M' && c != 'D') text += c;
  }
  return text;
}

inline rc::Gen<std::string> any_digits(std::size_t count) {
  return rc::gen::container<std::string>(count, rc::gen::inRange('0', static_cast<char>('9' + 1)));
}

}  // namespace gatepost::world
