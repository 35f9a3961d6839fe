// The fields of a request: what is there and of another type is an Error, never passed over.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <gatepost/result.hpp>
#include <string>
#include <string_view>

namespace gatepost::api {

/// Reads one request field by field; the first thing that is wrong is kept.
class Fields {
 public:
  explicit Fields(const boost::json::object& request) : request_(request) {}

  std::string text(std::string_view key) {
    const auto* value = request_.if_contains(key);
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    return refuse(key, "a text"), std::string();
  }
  std::int64_t number(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const auto* value = request_.if_contains(key);
    if (value == nullptr) return fallback;
    if (value->is_int64() && value->get_int64() >= least && value->get_int64() <= most) return value->get_int64();
    return refuse(key, "a number from " + std::to_string(least) + " to " + std::to_string(most)), fallback;
  }
  bool flag(std::string_view key) {
    const auto* value = request_.if_contains(key);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->get_bool();
    return refuse(key, "true or false"), false;
  }
  void refuse(std::string_view key, const std::string& expected) {
    if (wrong_.what.empty())
      wrong_ = {"'" + std::string(key) + "' is not " + expected, "the request", "give " + expected};
  }

  const boost::json::object& request() const { return request_; }
  bool good() const { return wrong_.what.empty(); }
  const Error& wrong() const { return wrong_; }

 private:
  const boost::json::object& request_;
  Error wrong_;
};

}  // namespace gatepost::api
