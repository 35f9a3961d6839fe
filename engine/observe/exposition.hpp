// Numbers as Prometheus reads them: the text format 0.0.4, prometheus.io/docs/instrumenting/exposition_formats.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "observe/histogram.hpp"

namespace gatepost::observe {

class Exposition {
 public:
  using Type = prometheus::MetricType;
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  /// Begins a family; the samples that follow are of it. A counter's name ends in _total, a time's in _seconds.
  Exposition& family(std::string_view name, Type type, std::string_view help);
  /// Label values are written as they are, escaped; they must be of a bounded number.
  Exposition& sample(Labels labels, double value);
  Exposition& sample(Labels labels, std::uint64_t value) { return sample(labels, static_cast<double>(value)); }
  Exposition& sample(Labels labels, const Histogram& histogram);

  std::string text() const;

 private:
  prometheus::ClientMetric& add(Labels labels);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace gatepost::observe
