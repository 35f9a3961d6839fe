// Records as the JSON text that is posted. README.md describes the frame, engine/api/JSON.md a Record.
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

}  // namespace webhook
