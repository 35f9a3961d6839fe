// What `gatepost run` shows: each verdict as it falls.
#pragma once

#include <functional>
#include <string>

#include "observe/message_catalogue.hpp"
#include "runtime/observer.hpp"

namespace gatepost::observe {

/// In colour on a terminal; plain lines elsewhere. Thread-safe where `print` is.
class Console final : public runtime::Observer {
 public:
  struct Style {
    bool colour = false;
    bool subjects = false;  ///< whether subjects and facts may be shown; a log file keeps what it is given
  };
  using Print = std::function<void(std::string line)>;
  Console(Print print, const MessageCatalogue& messages, Style style)
      : print_(std::move(print)), messages_(messages), style_(style) {}

  void answered(const core::Answer& answer) override;
  void prompted(const core::Answer& prompt) override;
  void recorded(const Record& record) override;

 private:
  std::string prompt_line(const core::Answer& prompt) const;
  std::string verdict_line(const core::Answer& answer) const;
  std::string record_line(const Record& record) const;
  std::string subject_and_facts(const core::Answer& answer) const;
  std::string texts(std::string_view reason) const;
  std::string painted(std::string_view text, std::string_view colour) const;

  const Print print_;
  const MessageCatalogue& messages_;
  const Style style_;
};

}  // namespace gatepost::observe
