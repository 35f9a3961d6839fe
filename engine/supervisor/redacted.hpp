// Plugin objects whose errors say nothing of what must not be seen, whoever passes them on: a Record, `status`, the
// log.
#pragma once

#include <gatepost/actuator.hpp>
#include <gatepost/credential.hpp>
#include <gatepost/input.hpp>
#include <gatepost/policy.hpp>
#include <gatepost/sink.hpp>
#include <memory>

#include "config/redaction.hpp"

namespace gatepost::supervisor {

// Each is the object itself where nothing is to be hidden.
std::unique_ptr<Input> redacted(std::unique_ptr<Input> input, const config::Redaction& redaction);
std::unique_ptr<Sink> redacted(std::unique_ptr<Sink> sink, const config::Redaction& redaction);
std::unique_ptr<Actuator> redacted(std::unique_ptr<Actuator> actuator, const config::Redaction& redaction);
std::unique_ptr<Policy> redacted(std::unique_ptr<Policy> policy, const config::Redaction& redaction);
std::unique_ptr<CredentialFormat> redacted(std::unique_ptr<CredentialFormat> format,
                                           const config::Redaction& redaction);

}  // namespace gatepost::supervisor
