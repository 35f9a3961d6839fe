// What a trial has found, for people and for programs.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::lab {

enum class Answer { no, yes, not_asked };
std::string_view to_word(Answer answer);  ///< "no", "yes", "-"

/// One device of the site.
struct Finding {
  std::string device, plugin;
  std::string named;   ///< as the site file has it
  std::string played;  ///< what stands for it
  Answer found = Answer::not_asked, read = Answer::not_asked, acted = Answer::not_asked;
  std::vector<std::string> notes{};  ///< what was seen, in the order of time
};

struct Report {
  std::string site;
  std::uint64_t code = 0;
  std::vector<Finding> findings{};
  std::vector<std::string> not_tried{};

  /// Nothing that was asked was answered with no.
  bool good() const;
};

std::string text_of(const Report& report);
boost::json::object json_of(const Report& report);

}  // namespace gatepost::lab
