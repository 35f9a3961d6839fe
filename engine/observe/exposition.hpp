// Numbers as Prometheus reads them: the text format 0.0.4, prometheus.io/docs/instrumenting/exposition_formats.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace gatepost::observe {

class Exposition {
 public:
  enum class Type { counter, gauge, histogram };
  using Label = std::pair<std::string_view, std::string_view>;
  using Labels = std::initializer_list<Label>;

  /// Begins a family; the samples that follow are of it. A counter's name ends in _total, a time's in _seconds.
  Exposition& family(std::string_view name, Type type, std::string_view help);
  /// Label values are written as they are, escaped; they must be of a bounded number.
  Exposition& sample(Labels labels, double value) { return sample("", labels, value); }
  Exposition& sample(Labels labels, std::uint64_t value) { return sample("", labels, value); }
  /// `suffix`: "_bucket", "_sum" or "_count" of a histogram.
  Exposition& sample(std::string_view suffix, Labels labels, double value);
  Exposition& sample(std::string_view suffix, Labels labels, std::uint64_t value);

  const std::string& text() const { return text_; }

 private:
  void begin(std::string_view suffix, Labels labels);

  std::string text_;
  std::string name_;
};

}  // namespace gatepost::observe
