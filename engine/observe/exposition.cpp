#include "observe/exposition.hpp"

#include <prometheus/text_serializer.h>

#include <gatepost/support/printable.hpp>
#include <limits>

namespace gatepost::observe {
namespace {

constexpr std::size_t longest_label = 128;

}  // namespace

Exposition& Exposition::family(std::string_view name, Type type, std::string_view help) {
  families_.push_back({std::string(name), std::string(help), type, {}});
  return *this;
}

prometheus::ClientMetric& Exposition::add(Labels labels) {
  auto& metric = families_.back().metric.emplace_back();
  for (const auto& [key, value] : labels)
    metric.label.push_back({std::string(key), support::printable(value, longest_label)});
  return metric;
}

Exposition& Exposition::sample(Labels labels, double value) {
  auto& metric = add(labels);
  (families_.back().type == Type::Counter ? metric.counter.value : metric.gauge.value) = value;
  return *this;
}

Exposition& Exposition::sample(Labels labels, const Histogram& histogram) {
  auto& written = add(labels).histogram;
  for (std::size_t i = 0; i <= Histogram::ends.size(); ++i) {
    const bool is_last = i == Histogram::ends.size();
    written.sample_count += histogram.count(i);
    written.bucket.push_back({written.sample_count, is_last ? std::numeric_limits<double>::infinity()
                                                            : static_cast<double>(Histogram::ends[i]) / 1e9});
  }
  written.sample_sum = histogram.seconds();
  return *this;
}

std::string Exposition::text() const { return prometheus::TextSerializer().Serialize(families_); }

}  // namespace gatepost::observe
