// Records as the JSON text that is posted. README.md describes it to the field.
#pragma once

#include <cstddef>
#include <gatepost/record.hpp>
#include <span>
#include <string>

namespace webhook {

struct Message {
  std::string id;  ///< the same for the same Records: "gatepost-SITE-EPOCH-FIRST-LAST"
  std::string body;
  std::size_t records = 0;  ///< how many from the front of those offered are in it
};

/// As many from the front of `records` as fit into `most_bytes`, but at least one. `records` is not empty.
Message message_of(std::span<const gatepost::Record> records, std::size_t most_bytes);

/// The text, with U+FFFD for whatever is no UTF-8.
std::string utf8(std::string_view text);

/// 2026-11-24T00:41:49.123456789Z
std::string rfc3339(gatepost::WallTime time);

}  // namespace webhook
