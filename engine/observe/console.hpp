// What `gatepost run` shows: each verdict as it falls.
#pragma once

#include <mutex>
#include <ostream>
#include <string>

#include "lane/answer.hpp"
#include "lane/phrases.hpp"

namespace gatepost::observe {

/// In colour on a terminal; plain lines elsewhere. Thread-safe.
class Console final : public lane::Observer {
 public:
  struct Style {
    bool colour = false;
    bool subjects = false;  ///< whether subjects and facts may be shown; a log file keeps what it is given
  };
  Console(std::ostream& out, const lane::Phrases& phrases, Style style) : out_(out), phrases_(phrases), style_(style) {}

  void answered(const lane::Answer& answer) override;
  void recorded(const Record& record) override;

 private:
  std::string verdict_line(const lane::Answer& answer) const;
  std::string record_line(const Record& record) const;
  std::string subject_and_facts(const lane::Answer& answer) const;
  std::string texts(std::string_view reason) const;
  std::string painted(std::string_view text, std::string_view colour) const;
  void print(const std::string& line);

  std::ostream& out_;
  const lane::Phrases& phrases_;
  const Style style_;
  std::mutex mutex_;
};

}  // namespace gatepost::observe
